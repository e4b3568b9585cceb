// Numbers and times as a person reads them.

const LOCALE = "en-GB";
const numbers = new Intl.NumberFormat(LOCALE);
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dateAndClock = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** 12345 as "12,345". */
export const count = (number) => numbers.format(number ?? 0);

/** "1 job", "2 jobs". */
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
];

/** A length of time in its largest unit: "3 min"; below a second "0 s". */
export function roughly(ms) {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? UNITS.at(-1);
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`;
}

/** A length of time to count by: "1 min 20 s", "4 s". */
export function duration(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** A moment to come: "in 4 s"; "now" where it has come, or nobody knows it. */
export const inTime = (at) => (at > Date.now() ? `in ${duration(at - Date.now())}` : "now");

/** A short length of time, exactly: "38 ms", "1.2 s". */
export const exactly = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** A timestamp of the API as "14:02:11"; a dash without one. */
export const timeOfDay = (stamp) => (isTime(stamp) ? clock.format(new Date(stamp)) : "–");

/** A timestamp of the API as "3 Feb 2026, 14:02"; a dash without one. */
export const dateAndTime = (stamp) => (isTime(stamp) ? dateAndClock.format(new Date(stamp)) : "–");

const isTime = (stamp) => stamp !== null && stamp !== undefined && !Number.isNaN(new Date(stamp).getTime());

/** 0.423 as "42 %". */
export const percent = (part) => `${Math.floor(part * 100)} %`;

/** An id with its middle left out, for narrow places. */
export const shortId = (id) => (id.length > 18 ? `${id.slice(0, 9)}…${id.slice(-5)}` : id);
