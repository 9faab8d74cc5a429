// Where named data sets lie on this computer.

import { homedir } from "node:os";
import { join } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder for things that can be fetched again, by each system's custom. */
export function cacheDirectory(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, "gamelan");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "gamelan");
  if (platform === "win32") return join(LOCALAPPDATA || join(homedir(), "AppData", "Local"), "gamelan");
  return join(homedir(), ".cache", "gamelan");
}

/** The folders in which the set `name` may lie, first the one that counts most: $GAMELAN_DATA, then the cache. */
export function dataDirectories(name: string, environment: Environment = process.env): string[] {
  const { GAMELAN_DATA } = environment;
  const cache = join(cacheDirectory(environment), name);
  return GAMELAN_DATA ? [join(GAMELAN_DATA, name), cache] : [cache];
}
