/** Numbers as a book sets them: a true minus sign, a fixed number of places, and never "−0". */

export function fixed(value: number, places: number): string {
  const text = Math.abs(value).toFixed(places);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}
