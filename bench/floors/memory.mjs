/** The same bytes from memory: FLOOR_FILE is JSON of path → { headers (flat), body (base64) }, as the portal answered them. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const answers = new Map(
	Object.entries(JSON.parse(readFileSync(process.env.FLOOR_FILE, 'utf8'))).map(([path, { headers, body }]) => [
		path,
		{ headers, body: Buffer.from(body, 'base64') },
	]),
);

const server = createServer({ keepAliveTimeout: 20_000 }, (request, response) => {
	const answer = answers.get(request.url);
	if (!answer) {
		response.writeHead(404);
		response.end();
		return;
	}
	response.writeHead(200, answer.headers);
	response.end(answer.body);
});
server.listen(Number(process.env.PORT), '127.0.0.1');
