// The ways out of the page: an answer as LaTeX, its figure as a picture.

const GAP = 12;

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

// The panels of a figure beside one another, saved as a picture; black on white on every screen.
export async function saved(figure, name) {
  const panels = [...figure.querySelectorAll("svg")], boxes = panels.map((svg) => svg.viewBox.baseVal);
  const width = boxes.reduce((sum, box) => sum + box.width + GAP, -GAP), height = Math.max(...boxes.map((box) => box.height));
  let left = 0;
  const inside = panels.map((svg, k) => {
    const copy = svg.cloneNode(true);
    Object.entries({ x: left, y: 0, width: boxes[k].width, height: boxes[k].height, "font-family": "sans-serif" }).forEach(([key, value]) => copy.setAttribute(key, value));
    left += boxes[k].width + GAP;
    return new XMLSerializer().serializeToString(copy);
  }).join("").replace(/var\(--[\w-]+,\s*([^)]+)\)/g, "$1").replace(/currentColor/g, "#000");
  const source = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/>${inside}</svg>`;
  const image = new Image(), canvas = Object.assign(document.createElement("canvas"), { width: 3 * width, height: 3 * height });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const link = Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: name });
  link.click();
  return "The figure is saved as a picture.";
}
