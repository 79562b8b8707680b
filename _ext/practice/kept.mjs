// How far one is, kept in "Your book" (answers/keep.mjs): {task: {done, step, due} and, of one begun, {typed, shown, wrong, found}}.
//
// A task comes back after 1, 3, 7 and 21 days if a line of it was shown or more than one try was wrong; each time it is
// done without that, the next pause is longer.

import { DAY, DAYS } from "../answers/keep.mjs";

const SLIPS = 1;                                                      // so many wrong tries are no failure

export const isHard = ({ shown = [], wrong = 0 }) => shown.length > 0 || wrong > SLIPS;
export const isAgain = (one, now) => Boolean(one?.done) && one.due != null && one.due <= now;
export const levelOf = (id) => id.replace(/-\d+$/, "");

// What stays of a task once it is finished.
export function finished(before, work, now) {
  if (isHard(work)) return { done: true, step: 0, due: now + DAYS[0] * DAY };
  if (!isAgain(before, now)) return { done: true, step: before?.step ?? 0, due: before?.due ?? null };
  const step = before.step + 1;
  return { done: true, step, due: step < DAYS.length ? now + DAYS[step] * DAY : null };
}

// The work on a task as it stands, beside what was known of it.
export function begun(before, work) {
  const { done = false, step = 0, due = null } = before ?? {};
  return { done, step, due, ...work };
}

export function counts(practice) {
  const all = {};
  for (const [id, { done }] of Object.entries(practice)) if (done) all[levelOf(id)] = (all[levelOf(id)] ?? 0) + 1;
  return all;
}

export function again(practice, now) { return Object.keys(practice).filter((id) => isAgain(practice[id], now)).sort(); }

// Where to go on: the first that is not done, from a place on; at the end, from the start.
export function following(tasks, practice, from) {
  const order = tasks.map((_, k) => (from + k) % tasks.length);
  return order.find((k) => !practice[tasks[k].id]?.done) ?? -1;
}
