// What Sphinx's search leaves to be wished for: numbers, abbreviations, the page of that name first, readable results.

// What a result shows of a page: its words, without menus, code and long formulas, and with short ones once.
const NOT_WORDS = "script, style, pre, svg, .headerlink, .katex-display, .katex-html, annotation, .nbfig-controls, summary";

Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of page.querySelectorAll(NOT_WORDS)) part.remove();
  const article = page.querySelector("article");
  const place = anchor && article?.querySelector(anchor);
  const texts = [place, place?.parentElement, article].map((each) => (each?.textContent ?? "").replace(/\s+/g, " "));
  return texts.find((text) => text.trim()) ?? " ";   // the target of an index entry may hold no word itself
};

const SHORT = {
  bptt: "backpropagation through time", mlp: "multilayer perceptron", mse: "mean squared error",
  relu: "ReLU", rnn: "recurrent network", sgd: "stochastic gradient descent", cnn: "convolutional network",
};
const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
const parse = Search._parseQuery, perform = Search._performSearch;

// Sphinx skips words of digits alone, though its index has them.
Search._parseQuery = (query) => {
  const parsed = parse(SHORT[plain(query)] ?? query);
  for (const word of splitQuery(query)) {
    if (/^\d+$/.test(word)) for (const terms of [parsed[1], parsed[3]]) terms.add(word);
  }
  return parsed;
};

// The best result stands last: pages named as the query come there, the first of the book at the very end.
Search._performSearch = (query, ...terms) => {
  const {docnames, titles} = Search._index, words = ` ${plain(query)} `;
  const chapter = /^(\d+)\.\d+$/.exec(query.trim())?.[1].padStart(2, "0");   // of a formula's number
  const named = ([page, , anchor]) => {
    const title = ` ${plain(titles[docnames.indexOf(page)])} `, name = page.split("/").pop();
    if (chapter) return name.startsWith(`${chapter}_`);
    return anchor === "" && (title.includes(words) || ` ${plain(name.replaceAll("_", " "))} `.includes(words));
  };
  const results = perform(query, ...terms);
  const first = results.filter(named).sort(([one], [other]) => (one < other ? 1 : -1));
  return [...results.filter((result) => !named(result)), ...first];
};
