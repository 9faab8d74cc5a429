// Plays one run, of a sweep or of the studio, for the process that started this one (src/sweep/trial-process.ts).
import { serveTrial } from "../dist/sweep/trial-process.js";

serveTrial();
