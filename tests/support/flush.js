/** Lets happen what is due now: every promise that can settle does, and the streams of this process go on. */
export const flush = () => new Promise((resolve) => setImmediate(resolve));
