// Times, lengths and sizes as people read them.

// The clocks of host and browser differ; what the host says is reckoned by its own.
let ahead = 0;

export function noteServerTime(header) {
  const date = Date.parse(header ?? '');
  if (!Number.isNaN(date)) ahead = date - Date.now();
}

export const serverNow = () => Date.now() + ahead;

/** Milliseconds of an ISO 8601 duration; null of none. */
export function milliseconds(text) {
  const match = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text ?? '');
  if (!match) return null;
  const [, sign, days, hours, minutes, seconds] = match;
  const value = (((+(days ?? 0) * 24 + +(hours ?? 0)) * 60 + +(minutes ?? 0)) * 60 + +(seconds ?? 0)) * 1000;
  return sign ? -value : value;
}

/** The two largest units: "45 s", "3 min 20 s", "2 h 05 min", "1 d 4 h". */
export function length(ms) {
  if (ms === null || ms === undefined) return '–';
  const seconds = Math.max(0, Math.round(ms / 1000));
  const pad = number => String(number).padStart(2, '0');
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pad(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Rounded to what an estimate is worth. */
export function roughly(ms) {
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129600) return `${Math.round(seconds / 360) / 10} h`;
  return `${Math.round(seconds / 8640) / 10} d`;
}

/** "5 min to 20 min"; null as long as there is nothing to reckon it from. */
export function range(remaining) {
  if (!remaining) return null;
  const [low, high] = [roughly(milliseconds(remaining.low)), roughly(milliseconds(remaining.high))];
  return low === high ? low : `${low} to ${high}`;
}

/** What people write, "90m" or "1h 30m", as ISO 8601; anything else as it is, for the API to judge. */
export function isoDuration(text) {
  const match = /^(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+)\s*s)?$/i.exec(text.trim());
  if (!match || text.trim() === '') return text.trim();
  const [, days, hours, minutes, seconds] = match;
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`;
  return `P${days ? `${days}D` : ''}${time ? `T${time}` : ''}`;
}

export const ago = time => {
  const ms = serverNow() - Date.parse(time);
  return ms < 5000 ? 'just now' : `${roughly(ms)} ago`;
};

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

export const timeOfDay = time => clock.format(new Date(time));
export const dateTime = time => full.format(new Date(time));

export function bytes(count) {
  if (count === null || count === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; count >= 1000 && unit < units.length - 1; unit++) count /= 1000;
  return `${unit === 0 || count >= 100 ? Math.round(count) : count.toFixed(1)} ${units[unit]}`;
}

export const number = count => count.toLocaleString('en');

export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

/** "in_progress" as "in progress". */
export const words = name => (name ?? '').replaceAll('_', ' ');
