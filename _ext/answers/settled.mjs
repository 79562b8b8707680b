// Predictions: whether one held, and what is said of it where the text settles it.

const CLOSE = 0.1;                                                    // of the line's length

export function held(page, said) {
  if (page.kind === "choice") return said === page.options[page.held];
  const [low, high] = page.between;
  return Math.abs(said - page.value) <= CLOSE * (high - low);
}

export function sentence(page, said) {
  const truth = page.kind === "choice" ? page.options[page.held] : page.value, it = `It turned out: ${truth}.`;
  if (said === undefined) return it;
  if (page.kind === "choice") return held(page, said) ? `${it} As you predicted.` : `${it} You had predicted: ${said}.`;
  return held(page, said) ? `${it} You had predicted ${said}: close.` : `${it} You had predicted ${said}.`;
}
