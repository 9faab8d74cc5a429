// Every source of data, in two tables: those with a name, and those recognised by what a path leads to. A new source
// is a row in one of them and a function that returns an OpenedSource; splits, sizes and fingerprints are seen to
// for all. What is derived from a source, `SOURCE+TRANSFORM`, is a row in transforms.ts.

import { basename, extname } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { allowedBy, parseValue, schemasOf } from "../settings.ts";
import { arrayOptions, openArrays } from "./array-source.ts";
import type { LoadOptions, OpenedSource } from "./dataset.ts";
import { kindOf, listFolder } from "./files.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { glyphOptions, openGlyphs } from "./glyphs/glyphs.ts";
import { holdsIdx, looksLikeIdx, openIdxFile, openIdxFolder } from "./idx-source.ts";
import { looksLikeImage, openImageFile, openImageFolder } from "./image-folder.ts";
import { dataDirectories } from "./locations.ts";
import { gridOptions, openGrid, openRing, ringOptions } from "./mixtures.ts";
import { type PublishedSet, publishedSets } from "./published.ts";
import { openStacks, stackOptions } from "./stacked.ts";
import { type TableSettings, tableSettings } from "./table/settings.ts";
import { openTable } from "./table/table-source.ts";
import { transformCalled, transformed, transformNames } from "./transforms.ts";

interface NamedSource {
  readonly summary: string;
  readonly kind: "image" | "vector";
  /** The schema of what may follow the name: `ring:modes=12,sigma=0.02`. */
  readonly options: z.ZodObject;
  /** The published set that it is made of; a generated source has none. */
  readonly needs?: string;
  readonly open: (settings: Readonly<Record<string, unknown>>, load: LoadOptions) => Promise<OpenedSource>;
}

function generated<Shape extends z.ZodRawShape>(
  kind: "image" | "vector",
  summary: string,
  options: z.ZodObject<Shape>,
  open: (settings: z.infer<z.ZodObject<Shape>>, load: LoadOptions) => OpenedSource,
): NamedSource {
  return { kind, summary, options, open: async (settings, load) => open(options.parse(settings), load) };
}

function published(name: string, set: PublishedSet): NamedSource {
  return {
    kind: "image",
    summary: set.summary,
    options: z.strictObject({}),
    needs: name,
    async open(_, load) {
      const found = await directoryOf(name);
      if (found === undefined)
        throw new UserError(`${name} is not on this computer; fetch it with: gamelan data pull ${name}`);
      const { files } = await listFolder(found);
      for (const file of set.files)
        if (!files.includes(file.name) && !files.includes(file.name.replace(/\.gz$/, "")))
          throw new UserError(`${found} lacks ${file.name}; fetch it with: gamelan data pull ${name}`);
      return openIdxFolder(found, load, { name, classes: set.classes });
    },
  };
}

function stacked(base: string): NamedSource {
  const name = `stacked-${base}`;
  return {
    kind: "image",
    summary: `three images of ${base} as the channels of one, 1,000 modes`,
    options: stackOptions,
    needs: base,
    async open(settings, load) {
      if (load.grey === true)
        throw new UserError(`${name} has its images in its channels; leave out the grey`);
      const { grey: _, ...rest } = load;
      const opened = await published(base, publishedSets[base]!).open({}, rest);
      return openStacks(name, opened, stackOptions.parse(settings), load);
    },
  };
}

/** The sources that have a name; the first is what is trained on where none is asked for. */
const named: Readonly<Record<string, NamedSource>> = {
  glyphs: generated(
    "image",
    "drawn characters and shapes, 28×28 grey, with known factors",
    glyphOptions,
    openGlyphs,
  ),
  ring: generated("vector", "8 Gaussians on a circle in the plane", ringOptions, openRing),
  grid: generated("vector", "25 Gaussians on a grid in the plane", gridOptions, openGrid),
  ...Object.fromEntries(Object.entries(publishedSets).map(([name, set]) => [name, published(name, set)])),
  "stacked-mnist": stacked("mnist"),
  "stacked-fashion-mnist": stacked("fashion-mnist"),
};

interface PathSource {
  readonly summary: string;
  /** `files`: the files directly in a folder; undefined for a file. */
  readonly matches: (name: string, files: readonly string[] | undefined) => boolean;
  /** The schema of what may follow the path: `people.csv:label=income`; nothing may unless told. */
  readonly options?: z.ZodObject;
  readonly open: (
    path: string,
    load: LoadOptions,
    settings: Readonly<Record<string, unknown>>,
  ) => Promise<OpenedSource>;
}

/** The sources that a path may lead to: the first that matches is taken. */
const paths: readonly PathSource[] = [
  {
    summary: "NumPy arrays: FILE.npy, FILE.npz",
    matches: (name, files) => files === undefined && [".npy", ".npz"].includes(extname(name).toLowerCase()),
    options: arrayOptions,
    open: openArrays,
  },
  {
    summary: "a table: FILE.csv, FILE.tsv, FILE.data, gzip (.gz) or not",
    matches: (name, files) => files === undefined && /\.(csv|tsv|data)(\.gz)?$/i.test(name),
    options: tableSettings,
    open: (path, load, settings) => openTable(path, load, settings as TableSettings),
  },
  {
    summary: "an IDX file, gzip or not",
    matches: (name, files) => files === undefined && looksLikeIdx(name),
    open: openIdxFile,
  },
  {
    summary: "one image",
    matches: (name, files) => files === undefined && looksLikeImage(name),
    open: openImageFile,
  },
  {
    summary: "a folder of IDX files",
    matches: (_, files) => files !== undefined && holdsIdx(files),
    open: (path, load) => openIdxFolder(path, load),
  },
  {
    summary: "a folder of images, or of folders of images named by their labels",
    matches: (_, files) => files !== undefined,
    open: openImageFolder,
  },
];

export const defaultSource = "glyphs";

/** A source is neither a name nor a file or folder that is there. */
export class MissingDataError extends UserError {
  /** Where they were looked for. */
  readonly path: string;

  constructor(message: string, path: string) {
    super(message);
    this.path = path;
  }
}

/**
 * Looks into a source: a name, a name with options (`ring:modes=12`), a path, a path with options
 * (`people.csv:label=income`), or one of these `+TRANSFORM`.
 */
export async function openSource(source: string, load: LoadOptions): Promise<OpenedSource> {
  const derived = await derivation(source);
  if (derived !== undefined) {
    const { from, name, settings } = derived;
    return transformed(await openSource(from, load), name, settings, load);
  }
  const [, name = "", settings] = /^([^:]*)(?::(.*))?$/s.exec(source) ?? [];
  const known = Object.hasOwn(named, name) ? named[name] : undefined;
  if (known !== undefined) {
    const opened = await known.open(parseSettings(name, known.options, settings), load);
    return { ...opened, order: fingerprintOf([opened.name, opened.identity]) };
  }
  const { path, text } = await pathAndSettings(source);
  const kind = path === "" ? undefined : await kindOf(path);
  if (kind === undefined) {
    const meant = nearest(name, Object.keys(named));
    const advice =
      meant === undefined ? `names are ${Object.keys(named).join(", ")}` : `did you mean "${meant}"?`;
    throw new MissingDataError(
      `no data called "${source}", and no file or folder of that name; ${advice}`,
      path,
    );
  }
  const listing = kind.isDirectory() ? await listFolder(path) : undefined;
  const files = listing && [...listing.files, ...listing.broken];
  const match = paths.find((row) => row.matches(basename(path), files));
  if (match === undefined)
    throw new UserError(
      `${path} is not of a known kind; a path leads to ${paths.map((row) => row.summary).join("; ")}`,
    );
  return match.open(path, load, parseSettings(basename(path), match.options ?? z.strictObject({}), text));
}

/** What stands before the first `:key=` is a path, where the whole is none. */
async function pathAndSettings(source: string): Promise<{ path: string; text: string | undefined }> {
  const [, path, text] = /^(.+?):([a-z]+=.*)$/is.exec(source) ?? [];
  if (path === undefined || (await kindOf(source)) !== undefined) return { path: source, text: undefined };
  return { path, text };
}

/** `FROM+NAME` or `FROM+NAME:settings`; not the plus sign of a number, nor one in a folder's name. */
const derivedPattern = /^(.+)\+([a-z][^+:/\\]*)(?::([^+]*))?$/is;

/** A source's last transform, and what it works on; undefined where there is none, or a path is just called so. */
async function derivation(source: string) {
  const [, from = "", name = "", text] = derivedPattern.exec(source) ?? [];
  if (from === "" || (await kindOf(source)) !== undefined) return undefined;
  const transform = transformCalled(name);
  if (transform !== undefined)
    return { from, name, settings: parseSettings(`+${name}`, transform.options, text) };
  if (!Object.hasOwn(named, from.replace(/[:+].*/s, "")) && !(await kindOf(from))) return undefined;
  const meant = nearest(name, transformNames);
  const advice = meant === undefined ? `there are ${transformNames.join(", ")}` : `did you mean "${meant}"?`;
  throw new UserError(`no transform called "${name}" in ${source}; ${advice}`);
}

export interface SourceListing {
  readonly name: string;
  readonly summary: string;
  readonly kind: "image" | "vector";
  /** Whether it needs no download. */
  readonly present: boolean;
  /** The folder it lies in, for a set that is fetched. */
  readonly directory?: string;
  /** The set that is fetched for it: its own name, or that of what it is made of. */
  readonly needs?: string;
  /** The size of the download, for a set that is fetched. */
  readonly bytes?: number;
}

/** All named sources, and which of them are on this computer. */
export async function listSources(): Promise<SourceListing[]> {
  return Promise.all(
    Object.entries(named).map(async ([name, { summary, kind, needs }]) => {
      const set = needs === undefined ? undefined : publishedSets[needs];
      const found = needs === undefined ? undefined : await directoryOf(needs);
      return {
        name,
        summary,
        kind,
        present: needs === undefined || found !== undefined,
        ...(needs !== undefined && { needs }),
        ...(found !== undefined && { directory: found }),
        ...(set && { bytes: set.files.reduce((sum, file) => sum + file.bytes, 0) }),
      };
    }),
  );
}

/** What a path may lead to, a line each. */
export const listPathSources = (): string[] => paths.map((row) => row.summary);

async function directoryOf(name: string): Promise<string | undefined> {
  for (const directory of dataDirectories(name))
    if ((await kindOf(directory))?.isDirectory() && holdsIdx((await listFolder(directory)).files))
      return directory;
  return undefined;
}

/** `modes=12,sigma=0.02` by the source's schema; a UserError that names the option. */
function parseSettings(name: string, schema: z.ZodObject, text: string | undefined): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  const texts = new Map<string, string>();
  const schemas = schemasOf(schema);
  const keys = [...schemas.keys()];
  for (const part of text === undefined || text === "" ? [] : text.split(",")) {
    const [key = "", value, ...more] = part.split("=").map((side) => side.trim());
    if (value === undefined || more.length > 0)
      throw new UserError(
        `"${part}" in ${name}:${text} should be key=value; keys are ${keys.join(", ") || "none"}`,
      );
    if (!keys.includes(key)) {
      const meant = nearest(key, keys);
      throw new UserError(
        `${name} has no option "${key}"; ${meant ? `did you mean "${meant}"?` : `it has ${keys.join(", ") || "none"}`}`,
      );
    }
    texts.set(key, value);
    settings[key] = parseValue(value, schemas.get(key)!);
  }
  const result = schema.safeParse(settings);
  if (result.success) return result.data;
  const key = String(result.error.issues[0]!.path[0]);
  throw new UserError(
    `${name}: ${key}=${texts.get(key)} is not possible; ${key} is ${allowedBy(schemas.get(key)!)}`,
  );
}
