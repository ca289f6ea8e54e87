/** The last moment of a day of the date input (`2026-01-31`) in the reader's zone, as the API takes times. */
export function endOfDay(day: string): string {
  return new Date(`${day}T23:59:59`).toISOString();
}
