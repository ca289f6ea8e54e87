import { brokerSuite } from "./suite.ts";

brokerSuite("peer", "ours");
