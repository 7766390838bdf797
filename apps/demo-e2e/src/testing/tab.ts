import type { Browser, CDPSession } from 'playwright-core';

/** What a test needs of a page. */
export interface Tab {
  /** The value of an expression, waited for; throws what it throws. */
  evaluate<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

interface CdpAnswer {
  readonly id: number;
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: {
      readonly text: string;
      readonly exception?: { readonly description?: string };
    };
  };
}

/**
 * A tab of the browser's own window, without Playwright's page around it: that one keeps every page looking visible
 * and unthrottled.
 */
export class PlainTab implements Tab {
  readonly #session: CDPSession;
  readonly #targetId: string;
  readonly #sessionId: string;
  readonly #answers = new Map<number, (answer: CdpAnswer) => void>();
  #lastId = 0;

  private constructor(session: CDPSession, targetId: string, sessionId: string) {
    this.#session = session;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
    session.on('Target.receivedMessageFromTarget', (event) => {
      if (event.sessionId !== sessionId) return;
      const answer = JSON.parse(event.message) as CdpAnswer;
      this.#answers.get(answer.id)?.(answer);
      this.#answers.delete(answer.id);
    });
  }

  static async open(browser: Browser, url: string, isNewWindow = false): Promise<PlainTab> {
    const session = await browser.newBrowserCDPSession();
    const { targetId } = await session.send('Target.createTarget', { url, newWindow: isNewWindow });
    const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
    return new PlainTab(session, targetId, sessionId);
  }

  /** Puts this tab before the others of its window. */
  async activate(): Promise<void> {
    await this.#session.send('Target.activateTarget', { targetId: this.#targetId });
  }

  /** @param isGesture let the page think that the user did it; Playwright always does */
  async evaluate<T>(expression: string, isGesture = false): Promise<T> {
    const { result } = await this.#send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: isGesture,
    });
    const fault = result?.exceptionDetails;
    if (fault !== undefined) throw new Error(fault.exception?.description ?? fault.text);
    return result?.result?.value as T;
  }

  async close(): Promise<void> {
    await this.#session.send('Target.closeTarget', { targetId: this.#targetId });
    await this.#session.detach();
  }

  #send(method: string, params: object): Promise<CdpAnswer> {
    const id = ++this.#lastId;
    const answer = new Promise<CdpAnswer>((resolve) => this.#answers.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    return this.#session
      .send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message })
      .then(() => answer);
  }
}
