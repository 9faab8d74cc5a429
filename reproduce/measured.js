/** When and where something is measured. */
import { availableParallelism, cpus } from "node:os";
import { versions } from "../dist/version.js";

/** @typedef {{ date: string, machine: string, versions: string }} Measured for people */

/** @returns {Measured} */
export const measuredHere = () => ({
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} cores`,
  versions: Object.entries(versions())
    .map(([what, version]) => `${what} ${version}`)
    .join(", "),
});
