/** With `--json` one line of JSON, else sentences. */
export function print(json: boolean | undefined, data: unknown, text: string): void {
	process.stdout.write(`${json ? JSON.stringify(data) : text}\n`);
}
