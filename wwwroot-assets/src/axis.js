// The time axis of the charts. The library knows UTC and the browser's zone only: it is given moments moved so that their UTC reads as the page's zone does.
import { zoneShift } from './format.js';

/** How far a chart's moments are moved: by the offset at its end, which is the one that its note names. */
export const shiftOf = span => zoneShift(span.to);

/** What the labels of every such axis share. */
export const timeLabels = {
  datetimeUTC: true,
  datetimeFormatter: { year: 'yyyy', month: 'MMM yyyy', day: 'dd MMM', hour: 'HH:mm', minute: 'HH:mm', second: 'HH:mm:ss' },
};
