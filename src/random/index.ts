export { type RandomStream, randomStream } from "./stream.ts";
export { truncatedNormal } from "./truncated-normal.ts";
