/** A square symbol: its modules by rows, without the quiet zone. */
export interface Modules {
  /** Modules of a side. */
  readonly size: number;
  /** Row by row, 1 where a module is dark, else 0. */
  readonly cells: Uint8Array;
}
