// Where the page went to: it comes back from here once its deadline has passed, and the poll before that.

const { ms } = Object.fromEntries(new URL(location.href).searchParams);
await fetch(`/after?ms=${ms}`);
history.back();
