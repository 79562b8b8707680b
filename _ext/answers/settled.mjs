// Predictions: whether one held, and what is said of it where the text settles it.

import { _ } from "../language/words.mjs";

const CLOSE = 0.1;                                                    // of the line's length

export function held(page, said) {
  if (page.kind === "choice") return said === page.options[page.held];
  const [low, high] = page.between;
  return Math.abs(said - page.value) <= CLOSE * (high - low);
}

export function sentence(page, said) {
  const truth = page.kind === "choice" ? page.options[page.held] : page.value, it = _`It turned out: ${truth}.`;
  if (said === undefined) return it;
  const is = held(page, said);
  if (page.kind === "choice") return `${it} ${is ? _`As you predicted.` : _`You had predicted: ${said}.`}`;
  return `${it} ${is ? _`You had predicted ${said}: close.` : _`You had predicted ${said}.`}`;
}
