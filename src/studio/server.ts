// The studio's server: the page, what it asks for, and the trainings it starts.

import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { UserError } from "../errors.ts";
import type { TrialRunner } from "../sweep/run-trial.ts";
import { runTrialApart } from "../sweep/trial-process.ts";
import { createApi } from "./api.ts";
import { guard } from "./guard.ts";
import { givePage, pageFolder } from "./page.ts";
import { Refused } from "./refused.ts";
import { RunsFolder } from "./runs-folder.ts";
import { Trainings } from "./trainings.ts";

export interface StudioOptions {
  /** The folder of runs. */
  readonly folder: string;
  /** The address to listen at; 127.0.0.1 unless told. Any other asks everybody for a token. */
  readonly host?: string;
  /** 4263 unless told, or any that is free where that is taken; 0 takes any. */
  readonly port?: number;
  /** How runs are trained: in processes of their own unless told. */
  readonly runner?: TrialRunner;
  /** Where the page lies. */
  readonly page?: string;
}

export interface Studio {
  /** What to open, with the token where one is needed. */
  readonly url: string;
  readonly port: number;
  /** Saves the runs that it trains, and listens no more. */
  close(): Promise<void>;
}

export const DEFAULT_PORT = 4263;

export interface AppParts {
  readonly folder: RunsFolder;
  readonly trainings: Trainings;
  readonly token?: string;
  readonly page?: string;
}

/** All that is answered, without a port. */
export function createApp({ folder, trainings, token, page = pageFolder }: AppParts): Hono {
  const app = new Hono();
  app.use(guard(token === undefined ? {} : { token }));
  app.route("/api", createApi(folder, trainings));
  app.get("*", (context) => givePage(context, page));
  app.onError((error, context) => {
    const message = error.message.trim().replace(/\s*\n\s*/g, " ");
    if (error instanceof Refused) return context.json({ error: message }, error.status);
    if (error instanceof UserError) return context.json({ error: message }, 400);
    if (process.env.GAMELAN_DEBUG) console.error(error);
    return context.json({ error: `${message}; GAMELAN_DEBUG=1 shows where` }, 500);
  });
  return app;
}

/**
 * Starts the studio.
 *
 * @throws UserError where it cannot listen there, or the folder cannot be read
 * @example
 * const studio = await startStudio({ folder: "runs" });
 * console.log(studio.url);   // http://127.0.0.1:4263/
 * await studio.close();
 */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { folder, host = "127.0.0.1", port, runner = runTrialApart, page } = options;
  const token = isLocal(host) ? undefined : randomBytes(18).toString("base64url");
  const trainings = new Trainings(runner);
  const runs = new RunsFolder(folder);
  await runs.names();
  const app = createApp({
    folder: runs,
    trainings,
    ...(token === undefined ? {} : { token }),
    ...(page === undefined ? {} : { page }),
  });
  const listening = await listen(app, host, port ?? DEFAULT_PORT).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EADDRINUSE" && port === undefined) return listen(app, host, 0);
    throw cannotListen(error, host, port ?? DEFAULT_PORT);
  });
  const named = ANY.has(host) ? ownAddress() : host;
  const shown = isIP(named) === 6 ? `[${named}]` : named;
  return {
    url: `http://${shown}:${listening.port}/${token === undefined ? "" : `?token=${token}`}`,
    port: listening.port,
    async close() {
      await trainings.close();
      await listening.close();
    },
  };
}

/** Whether only this machine can reach it. */
const isLocal = (host: string): boolean => ["127.0.0.1", "localhost", "::1"].includes(host);

/** Listens at all addresses, and is none that a browser elsewhere could open. */
const ANY: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** An address of this machine that others reach, where it has one. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

function listen(app: Hono, hostname: string, port: number) {
  return new Promise<{ readonly port: number; close(): Promise<void> }>((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port }, (info) => {
      server.off("error", reject);
      resolve({
        port: info.port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            // A browser keeps connections open for later.
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      });
    });
    server.once("error", reject);
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): UserError {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is in use; choose another with --port`,
    EACCES: `port ${port} may not be listened at; choose another with --port`,
    EADDRNOTAVAIL: `${host} is no address of this machine; leave --host out, or give one that is`,
    ENOTFOUND: `${host} is no address of this machine; leave --host out, or give one that is`,
  };
  return new UserError(why[error.code ?? ""] ?? `cannot listen at ${host}:${port}: ${error.message}`, {
    cause: error,
    exitCode: 1,
  });
}
