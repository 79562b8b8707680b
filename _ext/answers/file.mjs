// Your book as a file, a file as your book, and all of it erased.

import { _ } from "../language/words.mjs";
import { ASIDE, KEY, empty, readable } from "./keep.mjs";

export function saved(book) { return JSON.stringify(book.data, null, 1); }

// Put a saved file in place of what is kept; what is wrong with it as a sentence, else nothing.
export function take(book, text) {
  const found = readable(text);
  if (!found) return _`This file does not hold a saved book.`;
  if (found === "newer") return _`This file comes from a newer edition of the book.`;
  book.change((data) => Object.assign(data, found));
  return "";
}

export function erase(book) {
  book.data = empty();
  try { [KEY, ASIDE].forEach((key) => book.storage?.removeItem(key)); } catch { /* nothing was kept */ }
}
