// Who may talk to the studio's server.
//
// It listens on this machine only, but any page in the browser can send requests here too, and can be made to look as
// if it came from here by a name that is resolved anew (DNS rebinding). So a request must name this server as its
// host, must come from the studio's own page where the browser says where it comes from, and must send JSON where it
// changes something, which no foreign form can.
//
// Where the server listens on other addresses, whoever comes needs the token: it stands in the address that the
// command prints, and is then kept in a cookie that foreign pages cannot make the browser send.

import { timingSafeEqual } from "node:crypto";
import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { Refused } from "./refused.ts";

export interface GuardOptions {
  /** Needed from everybody where it is given. */
  readonly token?: string;
}

const LOCAL: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);
const COOKIE = "gamelan-studio";

/** Lets through what comes from the studio's own page. */
export function guard({ token }: GuardOptions) {
  return createMiddleware(async (context, next) => {
    const { req } = context;
    const host = req.header("host") ?? "";
    // With a token the cookie does it: a browser sends it to the host that set it only.
    if (token === undefined && !LOCAL.has(host.replace(/:\d+$/, "")))
      throw new Refused("this server answers to localhost only", 403);
    const origin = req.header("origin");
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
      throw new Refused("requests of other pages are refused", 403);
    const site = req.header("sec-fetch-site");
    if (site !== undefined && site !== "same-origin" && site !== "none")
      throw new Refused("requests of other pages are refused", 403);
    if (req.method !== "GET" && req.method !== "HEAD") {
      if (!/^application\/json\b/.test(req.header("content-type") ?? ""))
        throw new Refused("what is sent here must be JSON", 415);
    }
    if (token !== undefined) {
      // A cookie is for all ports of a host, so that two servers need two.
      const cookie = `${COOKIE}-${/:(\d+)$/.exec(host)?.[1] ?? "80"}`;
      const given = req.query("token");
      if (given !== undefined && same(given, token)) {
        setCookie(context, cookie, token, { httpOnly: true, sameSite: "Strict", path: "/" });
        const url = new URL(req.url);
        url.searchParams.delete("token");
        // Two slashes would lead to another host.
        return context.redirect(`${url.pathname.replace(/^\/+/, "/")}${url.search}`);
      }
      if (!same(getCookie(context, cookie) ?? "", token))
        throw new Refused("open the address with its token, as gamelan studio prints it", 401);
    }
    await next();
    for (const [name, value] of Object.entries(HEADERS)) context.header(name, value);
  });
}

/** Nothing from elsewhere is loaded, nobody frames the page, and ONNX Runtime may use threads. */
const HEADERS = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; img-src 'self' blob: data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Whether two texts are the same, in a time that tells nothing of where they differ. */
function same(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}
