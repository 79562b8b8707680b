// What a search result shows of a page: its words, without menus, code and long formulas, and with short ones once.

const NOT_WORDS = "script, style, pre, svg, .headerlink, .katex-display, .katex-html, annotation, .nbfig-controls, summary";

Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of page.querySelectorAll(NOT_WORDS)) part.remove();
  const article = page.querySelector("article");
  const place = anchor && article?.querySelector(anchor);
  return ((place || article)?.textContent ?? "").replace(/\s+/g, " ");
};
