const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text from outside made safe for a terminal and a log: control and direction characters become `\uXXXX`. Tab and newline stay. */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** As `printable`, on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\t\n]/g, " ");
}
