/**
 * Makes surfaces visible that the documentation names and does not publish. Every member is optional: what is missing
 * leaves its rules not observed. A member that throws, or does not answer in a minute, is a fault of the adapter, never of
 * the implementation.
 */
export interface Adapter {
  /** Whether any site can be crawled there, those under reserved names too. */
  readonly crawlsAnySite?: boolean;
  /** Loads the widget as a website does; `snippet` is what a page embeds, where that can be told. */
  loadWidget?(id: string): Promise<{ readonly loads: boolean; readonly snippet?: string }>;
  /** Starts to talk as a visitor does; persona and voice are those that the conversation has, where they can be told. */
  startConversation?(id: string): Promise<{
    readonly started: boolean;
    readonly conversationId?: string;
    readonly persona?: string;
    readonly voice?: string;
  }>;
  readConversation?(
    id: string,
    conversationId: string,
  ): Promise<{ readonly persona?: string; readonly voice?: string } | undefined>;
  /** An opaque version of the content that visitors get now. */
  visibleIndex?(id: string): Promise<string>;
  /** Lets the content of a site change, each time to something new. */
  changeSite?(siteUrl: string): Promise<void>;
  /** How much there is of what belongs to a widget, or is left of one that was deleted. */
  remains?(id: string): Promise<Remains>;
  /** Moves a test clock by milliseconds; only where it stands by itself. */
  advance?(milliseconds: number): Promise<void>;
  /** What time it is on a test clock (RFC 3339). */
  now?(): Promise<string>;
  /**
   * Lets the organization's events go to an address, signed with a secret of the form `whsec_…` where the target can;
   * what it returns ends that.
   */
  subscribe?(url: string, secret: string): Promise<(() => Promise<void>) | undefined>;
  /**
   * Commands for a POSIX shell that do what a member does, so that a reproduction can be pasted. `{id}`, within double
   * quotes, becomes a variable; `{siteUrl}` and `{seconds}` become text. Without one, a comment names the member.
   */
  readonly commands?: AdapterCommands;
}

/** Commands by the members that they stand for. */
export interface AdapterCommands {
  readonly loadWidget?: string;
  readonly startConversation?: string;
  readonly visibleIndex?: string;
  readonly changeSite?: string;
  readonly remains?: string;
  readonly advance?: string;
}

/** What belongs to a widget, in numbers. */
export interface Remains {
  readonly pages: number;
  readonly conversations: number;
  readonly domains: number;
  readonly tools: number;
  readonly usageRecords: number;
}
