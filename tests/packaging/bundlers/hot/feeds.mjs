/** What became of each version of the module feed.mjs. */
export const feeds = [];
