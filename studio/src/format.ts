// Numbers, spans of time and counts as text.

const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });
const counts = new Intl.NumberFormat("en");

/** Four figures; very large and very small numbers with a power of ten. "–" for what is no number. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2).replace("e+", "e");
  return figures.format(value);
}

/** A number of an axis, as short as it can be. */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6))
    return Number(value.toPrecision(3)).toExponential().replace("e+", "e");
  return formatNumber(value);
}

/** 12,345 */
export const formatCount = (value: number): string => counts.format(Math.round(value));

/** "1 h 20 min", "3 min 5 s", "12 s" */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${counts.format(hours)} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** "1.5 MB" */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${figures.format(Number((bytes / 1000 ** power).toPrecision(3)))} ${units[power]}`;
}

/** The value of an option as `--set` takes it. */
export function formatOption(value: unknown): string {
  if (Array.isArray(value)) return value.map(formatOption).join(",");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
}
