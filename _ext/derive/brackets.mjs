// Brackets in a text: where one closes, how many are open, what stands between commas.

// Where the bracket at a place closes; -1 if it stays open.
export function closing(text, at) {
  for (let depth = 0, k = at; k < text.length; k++) {
    depth += (text[k] === "(") - (text[k] === ")");
    if (!depth) return k;
  }
  return -1;
}

export function depthAt(text, end) { return [...text.slice(0, end)].reduce((depth, c) => depth + "([{".includes(c) - ")]}".includes(c), 0); }

// The texts between the commas that are in no bracket.
export function given(inside) {
  const commas = [];
  for (let depth = 0, k = 0; k < inside.length; k++) {
    depth += "([{".includes(inside[k]) - ")]}".includes(inside[k]);
    if (inside[k] === "," && !depth) commas.push(k);
  }
  return [-1, ...commas].map((from, k) => inside.slice(from + 1, commas[k] ?? inside.length).trim());
}
