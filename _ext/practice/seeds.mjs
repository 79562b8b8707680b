// Which tasks a link stands for: the same ten for everybody who has its level and seed, easy ones first.

const TURNS = 50;
export const ROUND = 10, SEED = /^[\w-]{1,40}$/;

// Numbers from 0 to 1 that a text decides: FNV-1a makes it a number, mulberry32 goes on from there.
export function numbers(text) {
  let state = 2166136261;
  for (const c of text) state = Math.imul(state ^ c.codePointAt(0), 16777619);
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

export function newSeed(random = Math.random) { return String(1000 + Math.floor(9000 * random())); }

// The ten: no two neighbours with one answer, as far as that can be.
export function round(level, tasks, seed) {
  const next = numbers(`${level}:${seed}`);
  let ten;
  for (let turn = 0; turn < TURNS; turn++) {
    ten = shuffled(tasks, next).slice(0, ROUND).sort((a, b) => a.grade - b.grade);
    for (let k = 1; k < ten.length; k++) {
      const other = isTwin(ten[k], ten[k - 1]) ? ten.findIndex((each, j) => j > k && !isTwin(each, ten[k - 1])) : -1;
      if (other > k) [ten[k], ten[other]] = [ten[other], ten[k]];
    }
    if (!ten.some((task, k) => k && isTwin(task, ten[k - 1]))) break;
  }
  return ten;
}

function shuffled(tasks, next) {
  const all = [...tasks];
  for (let k = all.length - 1; k > 0; k--) {
    const other = Math.floor(next() * (k + 1));
    [all[k], all[other]] = [all[other], all[k]];
  }
  return all;
}

export function isTwin(one, other) { return one.lines.at(-1).right === other.lines.at(-1).right; }
