/** Large tables that only grow, kept in partitions: made ahead, dropped when nothing in them is kept any more. */
export { growingTable, type GrowingTable } from './growing-table.ts';
export { addPartitions, type AddedPartitions } from './add-partitions.ts';
export { dropPartitions } from './drop-partitions.ts';
export { type Partition, partitionsOf } from './catalogue.ts';
export { type PartitionKeeper, partitionKeeper } from './keeper.ts';
export { splitTable, type SplitTable } from './split-table.ts';
