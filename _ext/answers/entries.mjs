// Text typed with commas, as the entries of a row or of rows: "[[1, 2], [3, 4]]", "1, 2; 3, 4", "1, 2".
export function entries(text) {
  const inner = text.trim().replace(/^\[\s*([\s\S]*?)\s*\]$/, "$1"), rows = [[]];
  let depth = 0, one = "";
  const next = () => { if (one.trim()) rows.at(-1).push(one.trim()); one = ""; };
  const nested = inner.startsWith("[");
  for (const c of inner) {
    if (nested && c === "[" && depth === 0) { depth = 1; if (rows.at(-1).length) rows.push([]); continue; }
    if (nested && c === "]" && depth === 1) { depth = 0; next(); continue; }
    if (c === "(" || c === "[" || c === "{") depth += 1;
    if (c === ")" || c === "]" || c === "}") depth -= 1;
    const top = depth === (nested ? 1 : 0);
    if (c === "," && (top || nested && depth === 0)) next();
    else if ((c === ";" || c === "\n") && top) { next(); rows.push([]); }
    else one += c;
  }
  next();
  return rows.filter((row) => row.length);
}
