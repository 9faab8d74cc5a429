export {
  type Compressed,
  type CompressOptions,
  compress,
  compressWith,
  type Decompressed,
  decompress,
} from "./compress.ts";
export { type CompressedFile, type CompressionMode, decodeFile } from "./format.ts";
