/**
 * The JSON lines in which every engine reports. A child's standard output may hold other lines too (libraries
 * greet, npm echoes): only what is one JSON object counts, and a measurement only if all its fields are there.
 */

/**
 * One engine's report on one workload. Milliseconds are those of one training step; the loss is the last step's.
 *
 * @typedef {object} Measurement
 * @property {string} workload
 * @property {string} engine name and version
 * @property {number} threads
 * @property {number} median_ms
 * @property {number} min_ms
 * @property {number} loss
 * @property {number} [gflop] arithmetic of a step's products in 10⁹ operations, where the engine counts it
 */

/**
 * The JSON objects among the lines of a text, in order.
 *
 * @param {string} text
 * @returns {Record<string, unknown>[]}
 */
export function jsonObjects(text) {
  return text.split(/\r?\n/).flatMap((line) => {
    if (!line.trimStart().startsWith("{")) return [];
    try {
      /** @type {Record<string, unknown>} */
      const object = JSON.parse(line);
      return [object];
    } catch {
      return [];
    }
  });
}

/**
 * The measurement of a workload in a child's output.
 *
 * @param {string} text
 * @param {string} workload
 * @returns {Measurement}
 * @throws {Error} where it is missing or a field is wrong, saying which
 */
export function measurementOf(text, workload) {
  const object = jsonObjects(text).findLast((line) => line.workload === workload);
  if (!object) throw new Error(`printed no JSON line for ${workload}`);
  const { engine } = object;
  if (typeof engine !== "string") throw new Error(`its line for ${workload} names no engine`);
  const number = (/** @type {string} */ field) => {
    const value = object[field];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new Error(`its line for ${workload} has no finite ${field}: ${JSON.stringify(value)}`);
    }
    return value;
  };
  const line = {
    workload,
    engine,
    threads: number("threads"),
    median_ms: number("median_ms"),
    min_ms: number("min_ms"),
    loss: number("loss"),
  };
  if (line.median_ms <= 0) throw new Error(`its line for ${workload} has a median of ${line.median_ms} ms`);
  return object.gflop === undefined ? line : { ...line, gflop: number("gflop") };
}
