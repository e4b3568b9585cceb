// node run.js NAME: measures and prints tables, `{ title, columns, rows: [{ name, figures }] }`, as JSON.

const { measure } = await import(`./${process.argv[2]}.js`);
process.stdout.write(JSON.stringify([await measure()].flat()));
process.exit();
