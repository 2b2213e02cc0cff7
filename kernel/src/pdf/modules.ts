/** A square symbol: its modules by rows, true where they are dark, without the quiet zone. */
export interface Modules {
  /** Modules of a side. */
  size: number;
  dark(row: number, column: number): boolean;
}
