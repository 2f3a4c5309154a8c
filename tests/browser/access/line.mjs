// A page's line to its server, in hand: silent, cut, or refusing.

const nothing = () => undefined;

/** Nothing that the page asks for is answered: it goes on loading. */
export async function silent(page) {
  await page.routeWebSocket(/./, nothing);
}

/** Sockets as they are, until they are cut; from then on none opens. */
export async function cuttable(page) {
  const open = new Set();
  let cut = false;
  await page.routeWebSocket(/./, (socket) => {
    if (cut) return void socket.close();
    socket.connectToServer();
    open.add(socket);
  });
  return {
    cut() {
      cut = true;
      for (const socket of open) socket.close();
    },
  };
}

/** While `work` runs, questions of the page have no answer, or this status. */
export async function withAnswers(page, how, work) {
  const asked = /\/graphql$/;
  await page.route(asked, (route) => (how === "none" ? nothing() : how === "unreachable" ? route.abort() : route.fulfill({ status: how, contentType: "application/json", body: "{}" })));
  try {
    return await work();
  } finally {
    await page.unroute(asked, undefined);
  }
}
