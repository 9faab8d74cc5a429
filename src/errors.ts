// A mistake of the user's, as opposed to one of ours: the command prints its message as one line, without a
// stack trace, and exits with `exitCode`.

/**
 * Thrown for wrong use or bad input. The message is one line that says what was wrong and what would be right.
 *
 * @example
 * throw new UserError(`no such model "vea"; did you mean "vae"?`);
 */
export class UserError extends Error {
  override readonly name = "UserError";
  /** 2: wrong use or bad input. 1: the right thing was asked for, and it failed (a full disk, say). */
  readonly exitCode: 1 | 2;

  constructor(message: string, options: { cause?: unknown; exitCode?: 1 | 2 } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exitCode = options.exitCode ?? 2;
  }
}
