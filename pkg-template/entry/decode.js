export function decode(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
