export { BatchOrder, batchIndices } from "./batches.ts";
export type {
  Dataset,
  Description,
  Factor,
  Fold,
  LoadOptions,
  Modes,
  OpenedSource,
  Split,
  SplitName,
  TargetDataset,
} from "./dataset.ts";
export { loadDataset } from "./load.ts";
export { cacheDirectory, dataDirectories } from "./locations.ts";
export { encodeNpy, type NpyArray, type NpyValues, readNpy, writeNpy } from "./npy.ts";
export { encodeNpz, readNpz } from "./npz.ts";
export { type PublishedFile, type PublishedSet, publishedSets } from "./published.ts";
export { type PullOptions, type PullResult, pullDataset } from "./pull.ts";
export {
  defaultSource,
  listPathSources,
  listSources,
  MissingDataError,
  type SourceListing,
} from "./sources.ts";
export { type Cell, decodeRows, encodeRows, type Row } from "./table/encode.ts";
export {
  type CategoricalColumn,
  type NumericColumn,
  type TableColumn,
  type TableSchema,
  tableSchema,
} from "./table/schema.ts";
export { listTransforms } from "./transforms.ts";
