/** What `cargo xtask test package` tells its tests. */
export function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test package\``);
  return value;
}
