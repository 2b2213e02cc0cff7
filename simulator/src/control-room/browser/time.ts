/** The browser's clock and timers: the only place of the page that reads them. */

/** Epoch milliseconds of this machine. */
export function machineNow(): number {
  return Date.now();
}

/** Runs an action once. @returns what takes it back */
export function after(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
}

/** Runs an action again and again. @returns what ends it */
export function every(milliseconds: number, action: () => void): () => void {
  const timer = setInterval(action, milliseconds);
  return () => clearInterval(timer);
}

/** Epoch milliseconds of an instant in ISO 8601; NaN for anything else. */
export function instantOf(text: string): number {
  return Date.parse(text);
}
