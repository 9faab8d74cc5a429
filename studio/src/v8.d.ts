// What engines of JavaScript have and the types of browsers do not say.

interface ErrorConstructor {
  /** Lines of a trace; absent in engines that cut none. */
  stackTraceLimit: number;
}
