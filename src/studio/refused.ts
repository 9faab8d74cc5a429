// What the studio's server answers with something else than what was asked for.

export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 415;

/** A request that is refused; its message is one line for whoever looks at the page. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: RefusalStatus;

  constructor(message: string, status: RefusalStatus) {
    super(message);
    this.status = status;
  }
}
