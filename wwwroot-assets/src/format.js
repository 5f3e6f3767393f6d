// Numbers and times as the console writes them; the same rules as Components/Format.cs.
const THIN = '\u202F';
const clockParts = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
const dayParts = { year: 'numeric', month: '2-digit', day: '2-digit' };
const offsetParts = { timeZoneName: 'longOffset' };
let zone, clock, day, offsets;

/** The zone of the user's settings (<html data-zone>), else the browser's; also where the browser does not know the user's. */
function setZone() {
  const browsers = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  zone = globalThis.document?.documentElement.dataset.zone || browsers;
  try {
    clock = new Intl.DateTimeFormat('en-GB', { ...clockParts, timeZone: zone });
  } catch {
    zone = browsers;
    clock = new Intl.DateTimeFormat('en-GB', { ...clockParts, timeZone: zone });
  }
  day = new Intl.DateTimeFormat('sv-SE', { ...dayParts, timeZone: zone });
  offsets = new Intl.DateTimeFormat('en-US', { ...offsetParts, timeZone: zone });
}
setZone();
globalThis.document?.addEventListener('lc:zone', setZone);

export const count = n => Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, THIN);

/** A rate without its unit: one decimal below 10, two below 1. */
export const rate = x => x >= 10 ? count(x) : x > 0 && x < 0.01 ? '<0.01' : String(+x.toFixed(x < 1 ? 2 : 1));

export function share(x) {
  if (x === 0) return `0${THIN}%`;
  if (x < 0.0001) return `<0.01${THIN}%`;
  return (x * 100).toFixed(x < 0.01 ? 2 : x < 0.1 ? 1 : 0) + THIN + '%';
}

/** Axis labels: 950, 1.2k, 35k, 1.2M. */
export function short(n) {
  if (n < 1000) return String(Math.round(n * 10) / 10);
  const [value, unit] = n < 1e6 ? [n / 1e3, 'k'] : n < 1e9 ? [n / 1e6, 'M'] : [n / 1e9, 'G'];
  return (value < 10 ? value.toFixed(1).replace('.0', '') : value.toFixed(0)) + unit;
}

export const time = ms => clock.format(ms);
export const timeMs = ms => `${clock.format(ms)}.${String(((ms % 1000) + 1000) % 1000).padStart(3, '0')}`;
export const date = ms => day.format(ms);
export const dateTime = ms => `${day.format(ms)} ${clock.format(ms)}`;
/** With milliseconds and the zone's offset. */
export const exact = ms => `${date(ms)} ${timeMs(ms)} ${offset(ms)}`;
/** Of a line in a list: with the day when that is not today, with the year when it is another. */
export function lineTime(ms) {
  const [day, today] = [date(ms), date(Date.now())];
  return day === today ? timeMs(ms) : `${day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day} ${timeMs(ms)}`;
}
export const iso = ms => new Date(ms).toISOString();

/** How far the viewer's zone is from UTC at a moment, in milliseconds. */
export function zoneShift(ms) {
  const text = offsets.formatToParts(ms).find(part => part.type === 'timeZoneName').value; // GMT, GMT+02:00, GMT-03:30
  const [, sign, hours, minutes] = /([+-])(\d+)(?::(\d+))?/.exec(text) ?? [];
  return sign ? (sign === '-' ? -1 : 1) * (+hours * 60 + +(minutes ?? 0)) * 60_000 : 0;
}

/** UTC, UTC+2, UTC−3:30 at a moment, in the viewer's zone. */
export function offset(ms) {
  const minutes = zoneShift(ms) / 60_000;
  if (minutes === 0) return 'UTC';
  const [whole, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '\u2212' : '+'}${whole}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`;
}

export const zoneName = () => zone;

/** The viewer's zone with its offset at a moment: Europe/Berlin, UTC+1; a zone that is UTC is named once. */
export const zoneAt = (moment) => zoneName() === offset(moment) ? zoneName() : `${zoneName()}, ${offset(moment)}`;
