// A way out of the page: an answer as LaTeX.

// The answer's sentences and formulas, for a document with amsmath and mathtools.
export function tex(area) {
  const lines = ["% needs \\usepackage{amsmath, mathtools}"];
  for (const one of area.children) {
    const source = one.querySelector('annotation[encoding="application/x-tex"]')?.textContent;
    if (source) lines.push(`\\[\n${source}\n\\]`);
    else if (one.matches("p") && one.textContent.trim()) lines.push(one.textContent.replace(/[\\&%$#_{}^~]/g, escaped));
  }
  return `${lines.join("\n\n")}\n`;
}

function escaped(c) { return { "\\": "\\textbackslash{}", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}" }[c] ?? `\\${c}`; }
