// What the server knows, asked for again and again while somebody looks.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Polled<T> {
  readonly value: T | undefined;
  /** Why the last attempt failed; undefined while all is well. */
  readonly problem: string | undefined;
  /** Asks at once. */
  again(): Promise<void>;
}

/**
 * A value that is read every few seconds, and never twice at a time; not while the page is hidden.
 *
 * @param key reads anew from the beginning when it changes
 */
export function usePolled<T>(
  read: (signal: AbortSignal) => Promise<T>,
  seconds: number | ((value: T | undefined) => number),
  key: string,
): Polled<T> {
  const [state, setState] = useState<{ key: string; value?: T; problem?: string }>({ key });
  const reader = useRef(read);
  reader.current = read;
  const pause = useRef(seconds);
  pause.current = seconds;
  const ask = useRef<() => Promise<void>>(async () => {});

  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let value: T | undefined;
    let asking: Promise<void> | undefined;
    const askNow = async (): Promise<void> => {
      try {
        value = await reader.current(stop.signal);
        if (!stop.signal.aborted) setState({ key, value });
      } catch (error) {
        if (stop.signal.aborted) return;
        const problem = error instanceof Error ? error.message : String(error);
        setState({ key, problem, ...(value === undefined ? {} : { value }) });
      }
    };
    const next = (): void => {
      const wait = typeof pause.current === "number" ? pause.current : pause.current(value);
      timer = setTimeout(tick, wait * 1000);
    };
    const tick = (): void => {
      clearTimeout(timer);
      if (stop.signal.aborted || document.hidden) return;
      asking ??= askNow().finally(() => {
        asking = undefined;
        if (!stop.signal.aborted) next();
      });
    };
    ask.current = async () => {
      await asking;
      tick();
      await asking;
    };
    const seen = (): void => {
      if (!document.hidden) tick();
    };
    document.addEventListener("visibilitychange", seen);
    tick();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [key]);

  const again = useCallback(() => ask.current(), []);
  const current = state.key === key;
  return { value: current ? state.value : undefined, problem: current ? state.problem : undefined, again };
}
