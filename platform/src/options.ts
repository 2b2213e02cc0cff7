/** The options that commands share, and how their texts are read. */
import { InvalidArgumentError } from 'commander';

export const DEFAULT_PORT = 4000;
export const DEFAULT_FOLDER = './.data';

export function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (!/^\d{1,2}$/.test(text) || minutes < 1 || minutes > 60) throw new InvalidArgumentError('Minutes are a whole number from 1 to 60.');
  return minutes;
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return port;
}
