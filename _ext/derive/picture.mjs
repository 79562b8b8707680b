// An answer as a picture: its formulas as they stand, its figure without controls; black on white on every screen.
// The page's own styles and fonts go with it into an SVG, which a browser draws as it draws the page.

const EDGE = 16, SCALE = 2, LEFT_OUT = ".nbfig-controls, script, .katex-mathml";
const PAPER = ".root .derive-answer { border: 0; padding: 0; } .root div.math { background: none !important; }";   // no cue to scroll
const ROOT = /:root\b|(?<![\w.#-])(html|body)(?=[.[:\s,{])/g, ADDRESS = /url\(["']?(?!data:)([^"')]+)["']?\)/;

// The picture as an address of data.
export async function pictured(area) {
  const room = Math.max(...[area, ...area.children].map(({ scrollWidth }) => scrollWidth)) + 2 * EDGE;
  const copy = area.cloneNode(true), [root, article, paper] = ["root", "bd-content bd-article derive", "paper"].map(element);
  copy.querySelectorAll(LEFT_OUT).forEach((one) => one.remove());
  root.dataset.theme = "light";
  root.append(article);
  article.style.cssText = "display: block; margin: 0";
  article.append(paper);
  paper.append(copy);
  paper.style.cssText = `box-sizing: border-box; width: ${room}px; padding: ${EDGE}px; background: #fff; display: flow-root`;
  area.after(root);                              // where it stands for a moment it has its height
  const { width, height } = paper.getBoundingClientRect(), style = document.createElement("style");
  style.textContent = await styles([...copy.querySelectorAll("*")]) + PAPER;
  root.prepend(style);
  root.remove();
  return drawn(svg(root, width, height), width, height);
}

function element(className) { return Object.assign(document.createElement("div"), { className }); }

// All rules of the page, those of its root for the paper; of fonts only those that are used, each with its letters.
async function styles(elements) {
  const families = new Set(elements.map((one) => family(getComputedStyle(one).fontFamily.split(",")[0])));
  const rules = [...document.styleSheets].flatMap(({ cssRules }) => [...cssRules]);
  const texts = rules.map((rule) => {
    if (!(rule instanceof CSSFontFaceRule)) return rule.cssText.replace(ROOT, ".root");
    return families.has(family(rule.style.getPropertyValue("font-family"))) ? withLetters(rule) : "";
  });
  return (await Promise.all(texts)).join("\n");
}

function family(name) { return name.trim().replace(/["']/g, ""); }

async function withLetters(rule) {
  const address = ADDRESS.exec(rule.cssText)?.[1];
  if (!address) return rule.cssText;
  const data = await (await fetch(new URL(address, rule.parentStyleSheet.href ?? location.href))).blob(), reader = new FileReader();
  await new Promise((resolve, reject) => { [reader.onload, reader.onerror] = [resolve, reject]; reader.readAsDataURL(data); });
  return rule.cssText.replace(/src:[^;]+/, `src: url("${reader.result}")`);
}

function svg(root, width, height) {
  const inside = new XMLSerializer().serializeToString(root);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><foreignObject width="100%" height="100%">${inside}</foreignObject></svg>`;
}

async function drawn(source, width, height) {
  const image = new Image(), canvas = Object.assign(document.createElement("canvas"), { width: SCALE * width, height: SCALE * height });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}
