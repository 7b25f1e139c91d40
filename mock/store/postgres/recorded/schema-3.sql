CREATE SCHEMA widgets_mock;
CREATE TABLE widgets_mock.delivery_counts (
    organization text NOT NULL,
    day date NOT NULL,
    attempts bigint NOT NULL
);
CREATE TABLE widgets_mock.migrations (
    number integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE widgets_mock.origin (
    is_only boolean DEFAULT true NOT NULL,
    document text NOT NULL,
    dialect text NOT NULL,
    version text NOT NULL,
    CONSTRAINT origin_is_only_check CHECK (is_only)
);
CREATE TABLE widgets_mock.records (
    id bigint NOT NULL,
    organization text NOT NULL,
    kind text NOT NULL,
    json text NOT NULL,
    run bigint NOT NULL,
    count integer NOT NULL
);
ALTER TABLE widgets_mock.records ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME widgets_mock.records_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE widgets_mock.rows (
    organization text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    placed bigint NOT NULL,
    nth integer NOT NULL,
    version bigint NOT NULL,
    json text,
    sent_by bigint,
    leased_until timestamp with time zone
);
CREATE SEQUENCE widgets_mock.runs
    START WITH 0
    INCREMENT BY 1
    MINVALUE 0
    NO MAXVALUE
    CACHE 1;
CREATE TABLE widgets_mock.worlds (
    organization text NOT NULL,
    version bigint NOT NULL,
    complete_since bigint NOT NULL,
    wake_at double precision,
    is_blank boolean DEFAULT true NOT NULL,
    used_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (fillfactor='70');
INSERT INTO widgets_mock.migrations VALUES (1, '001-worlds-and-rows', '2026-11-29 02:21:33.488638+00');
INSERT INTO widgets_mock.migrations VALUES (2, '002-delivery-counts', '2026-11-29 02:21:33.547862+00');
INSERT INTO widgets_mock.migrations VALUES (3, '003-records-in-batches', '2026-11-29 02:21:33.577429+00');
INSERT INTO widgets_mock.origin VALUES (true, '4Ne/qTJTXklSBZaFydCFVQ==', 'default', '0.1.0');
INSERT INTO widgets_mock.records OVERRIDING SYSTEM VALUE VALUES (1, 'sk_test_one', 'happening', '{"part":"happening","at":1767225600000,"widget":"wgt_s7gulcxv78bx1mch88","from":"new","to":"draft-crawling","status":"draft","type":"widget.moved","trace":"req_0r880ah190rd86_1"}
{"part":"happening","at":1767225600000,"widget":"wgt_4xvazbvnifg2pc3xaw","from":"new","to":"draft-crawling","status":"draft","type":"widget.moved","trace":"req_0r880ah190rd86_2"}
{"part":"happening","at":1767225600000,"widget":"wgt_mwsvuvmgfftovldjg7","from":"new","to":"draft-crawling","status":"draft","type":"widget.moved","trace":"req_0r880ah190rd86_3"}
{"part":"happening","at":1767225602000,"widget":"wgt_s7gulcxv78bx1mch88","from":"draft-crawling","to":"active","status":"active","type":"crawl.succeeded","trace":"req_0r880ah190rd86_1","event":"widget.ready"}
{"part":"happening","at":1767225602000,"widget":"wgt_4xvazbvnifg2pc3xaw","from":"draft-crawling","to":"active","status":"active","type":"crawl.succeeded","trace":"req_0r880ah190rd86_2","event":"widget.ready"}
{"part":"happening","at":1767225602000,"widget":"wgt_mwsvuvmgfftovldjg7","from":"draft-crawling","to":"active","status":"active","type":"crawl.succeeded","trace":"req_0r880ah190rd86_3","event":"widget.ready"}', 0, 6);
INSERT INTO widgets_mock.records OVERRIDING SYSTEM VALUE VALUES (2, 'sk_test_one', 'request', '{"part":"request","requestId":"req_0r880ah190rd86_1","at":1767225600000,"operation":"createWidget","widget":"wgt_s7gulcxv78bx1mch88","keyLabel":"…ne","method":"POST","path":"/api/v1/widgets","status":201,"assumed":["A-AUTH-1","A-CREATE-1","A-OBJ-1","A-EXT-1","A-CREATE-3"]}
{"part":"request","requestId":"req_0r880ah190rd86_2","at":1767225600000,"operation":"createWidget","widget":"wgt_4xvazbvnifg2pc3xaw","keyLabel":"…ne","method":"POST","path":"/api/v1/widgets","status":201,"assumed":["A-AUTH-1","A-CREATE-1","A-OBJ-1","A-EXT-1","A-IDEM-1","A-CREATE-3"]}
{"part":"request","requestId":"req_0r880ah190rd86_3","at":1767225600000,"operation":"createWidget","widget":"wgt_mwsvuvmgfftovldjg7","keyLabel":"…ne","method":"POST","path":"/api/v1/widgets","status":201,"assumed":["A-AUTH-1","A-CREATE-1","A-OBJ-1","A-EXT-1","A-CREATE-3"]}', 0, 3);
INSERT INTO widgets_mock.records OVERRIDING SYSTEM VALUE VALUES (3, 'sk_test_one', 'happening', '{"part":"happening","at":1767225602000,"type":"webhook.failed","widget":"wgt_s7gulcxv78bx1mch88","trace":"req_0r880ah190rd86_1","event":"widget.ready","delivery":"msg_15yk5y79ewcmscnte1qpr5zm","endpoint":"whe_1","attempt":1,"answer":"connect ECONNREFUSED 127.0.0.1:9"}
{"part":"happening","at":1767225602000,"type":"webhook.failed","widget":"wgt_4xvazbvnifg2pc3xaw","trace":"req_0r880ah190rd86_2","event":"widget.ready","delivery":"msg_qb8z5wa87f90fh1n09ufwx54","endpoint":"whe_1","attempt":1,"answer":"connect ECONNREFUSED 127.0.0.1:9"}
{"part":"happening","at":1767225602000,"type":"webhook.failed","widget":"wgt_mwsvuvmgfftovldjg7","trace":"req_0r880ah190rd86_3","event":"widget.ready","delivery":"msg_sek5v1hy2fhkrkoezg6874qm","endpoint":"whe_1","attempt":1,"answer":"connect ECONNREFUSED 127.0.0.1:9"}
{"part":"happening","at":1767225602000,"widget":"wgt_4xvazbvnifg2pc3xaw","from":"active","to":"paused","status":"paused","type":"widget.moved","trace":"req_0r880ah190rd86_4"}', 0, 4);
INSERT INTO widgets_mock.records OVERRIDING SYSTEM VALUE VALUES (4, 'sk_test_one', 'request', '{"part":"request","requestId":"req_0r880ah190rd86_4","at":1767225602000,"operation":"pauseWidget","widget":"wgt_4xvazbvnifg2pc3xaw","keyLabel":"…ne","method":"POST","path":"/api/v1/widgets/wgt_4xvazbvnifg2pc3xaw/pause","status":200,"assumed":["A-AUTH-1","A-PAUSE-1","A-OBJ-1","A-EXT-1"]}', 0, 1);
INSERT INTO widgets_mock.records OVERRIDING SYSTEM VALUE VALUES (5, 'sk_test_one', 'happening', '{"part":"happening","at":1767225602000,"widget":"wgt_mwsvuvmgfftovldjg7","from":"active","to":"gone","status":"gone","type":"widget.moved","trace":"req_0r880ah190rd86_5"}', 0, 1);
INSERT INTO widgets_mock.records OVERRIDING SYSTEM VALUE VALUES (6, 'sk_test_one', 'request', '{"part":"request","requestId":"req_0r880ah190rd86_5","at":1767225602000,"operation":"deleteWidget","widget":"wgt_mwsvuvmgfftovldjg7","keyLabel":"…ne","method":"DELETE","path":"/api/v1/widgets/wgt_mwsvuvmgfftovldjg7","status":204,"assumed":["A-AUTH-1","A-DELETE-1"]}
{"part":"request","requestId":"req_0r880ah190rd86_6","at":1767225602000,"operation":"startConversation","widget":"wgt_s7gulcxv78bx1mch88","method":"POST","path":"/api/v1/public/widgets/wgt_s7gulcxv78bx1mch88/conversations","status":201,"assumed":["A-VIS-2"]}
{"part":"request","requestId":"req_0r880ah190rd86_7","at":1767225602000,"operation":"sendMessage","widget":"wgt_s7gulcxv78bx1mch88","method":"POST","path":"/api/v1/public/widgets/wgt_s7gulcxv78bx1mch88/conversations/cnv_lhjkn69txzvt76twut/messages","status":201,"assumed":["A-VIS-2"]}', 0, 3);
INSERT INTO widgets_mock.records OVERRIDING SYSTEM VALUE VALUES (7, 'sk_test_one', 'request', '{"part":"request","requestId":"req_0r880ah190rd86_8","at":1767225602000,"operation":"listWidgets","keyLabel":"…ne","method":"GET","path":"/api/v1/widgets","status":200,"assumed":["A-AUTH-1","A-LIST-1","A-LIST-3","A-LIST-6","A-LIST-7","A-OBJ-1","A-EXT-1","A-LIST-2"],"faults":["flt_1"]}', 0, 1);
INSERT INTO widgets_mock.records OVERRIDING SYSTEM VALUE VALUES (8, 'sk_test_one', 'request', '{"part":"request","requestId":"req_0ushekg1t5dcho_1","at":1767225602000,"operation":"sendMessage","widget":"wgt_s7gulcxv78bx1mch88","method":"POST","path":"/api/v1/public/widgets/wgt_s7gulcxv78bx1mch88/conversations/cnv_lhjkn69txzvt76twut/messages","status":201,"assumed":["A-VIS-2"]}
{"part":"request","requestId":"req_0ushekg1t5dcho_2","at":1767225602000,"operation":"updateWidget","widget":"wgt_s7gulcxv78bx1mch88","keyLabel":"…ne","method":"PATCH","path":"/api/v1/widgets/wgt_s7gulcxv78bx1mch88","status":200,"assumed":["A-AUTH-1","A-PATCH-5","A-OBJ-1","A-EXT-1","A-PATCH-1"]}
{"part":"request","requestId":"req_0ushekg1t5dcho_3","at":1767225602000,"operation":"createWidget","widget":"wgt_2ca0j0cn3bidftp4j8","keyLabel":"…ne","method":"POST","path":"/api/v1/widgets","status":201,"assumed":["A-AUTH-1","A-CREATE-1","A-OBJ-1","A-EXT-1","A-CREATE-3"]}', 1, 3);
INSERT INTO widgets_mock.records OVERRIDING SYSTEM VALUE VALUES (9, 'sk_test_one', 'happening', '{"part":"happening","at":1767225602000,"widget":"wgt_2ca0j0cn3bidftp4j8","from":"new","to":"draft-crawling","status":"draft","type":"widget.moved","trace":"req_0ushekg1t5dcho_3"}', 1, 1);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'endpoint', 'whe_1', 1795918893780392, 2, 1795918893780392, '{"part":"endpoint","id":"whe_1","url":"http://127.0.0.1:9/hook","secret":"whsec_d2lkZ2V0cy1tb2NrLWRlZmF1bHQtc2VjcmV0","enabled":true,"faults":{}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'reply', 'once', 1795918893827755, 3, 1795918893827755, '{"part":"reply","key":"once","at":1767225600000,"digest":"sxlp2+jwLjvZrxHdyVfLdA==","status":201,"body":"{\"id\":\"wgt_4xvazbvnifg2pc3xaw\",\"name\":\"Paused\",\"status\":\"draft\",\"display_mode\":\"fab\",\"position\":\"bottom-right\",\"voice\":\"Charon\",\"persona\":\"You are the assistant of Paused. You answer visitors'' questions from the pages of northwindcatering.example.\",\"theme\":{\"mode\":\"dark\",\"primary\":\"#4f46e5\",\"radius\":16},\"intro_title\":\"Hi, this is Paused\",\"intro_subtitle\":\"Ask me anything about Paused.\",\"suggested_prompts\":[\"What does Paused offer?\",\"How can I reach Paused?\"],\"button_label\":\"Talk to us\",\"show_label\":true,\"domains\":[\"northwindcatering.example\"],\"created_at\":\"2026-01-01T00:00:00Z\",\"site_url\":\"https://northwindcatering.example\",\"last_crawl\":{\"status\":\"running\",\"trigger\":\"create\",\"started_at\":\"2026-01-01T00:00:00Z\",\"finished_at\":null,\"pages\":null,\"error\":null}}","headers":[{"name":"Location","value":"/api/v1/widgets/wgt_4xvazbvnifg2pc3xaw"}]}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'usage', '0', 1795918893889566, 5, 1795918893889566, '{"part":"usage","at":"2026-01-01T00:00:02Z","kind":"crawl","widget":"wgt_s7gulcxv78bx1mch88","quantity":20}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'usage', '1', 1795918893889566, 6, 1795918893889566, '{"part":"usage","at":"2026-01-01T00:00:02Z","kind":"crawl","widget":"wgt_4xvazbvnifg2pc3xaw","quantity":20}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'widget', 'wgt_4xvazbvnifg2pc3xaw', 1795918893827755, 2, 1795918893937117, '{"part":"widget","id":"wgt_4xvazbvnifg2pc3xaw","order":2,"createdAt":1767225600000,"siteUrl":"https://northwindcatering.example","state":"paused","lastCrawl":{"trigger":"create","cause":"req_0r880ah190rd86_2","startedAt":1767225600000,"finished":{"at":1767225602000,"pages":20,"error":null}},"index":{"id":"idx_2","revision":1,"pages":20},"written":{"name":"Paused"}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'widget', 'wgt_mwsvuvmgfftovldjg7', 1795918893840767, 2, 1795918893996349, NULL, NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('', 'mock', '', 1795918893709956, 1, 1795918893733203, '{"part":"mock","latestEpoch":0,"startSeed":7,"startOptions":{"crawl":"2s","clock":"{\"running\":false,\"at\":1767225600000}","scenario":"empty","webhooks":""},"runs":0,"epochs":0,"seed":7,"scenario":"empty","endpointCount":0,"endpoints":[],"crawl":"2s","time":{"running":false,"ms":1767225600000},"faults":{"count":1,"random":[-1039064307,350764378,-1045112408,-262585261]}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'widget', 'wgt_s7gulcxv78bx1mch88', 1795918893780736, 2, 1795918894191276, '{"part":"widget","id":"wgt_s7gulcxv78bx1mch88","order":1,"createdAt":1767225600000,"siteUrl":"https://northwindcatering.example","state":"active","lastCrawl":{"trigger":"create","cause":"req_0r880ah190rd86_1","startedAt":1767225600000,"finished":{"at":1767225602000,"pages":20,"error":null}},"index":{"id":"idx_1","revision":1,"pages":20},"written":{"name":"Talking","persona":"Changed"}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'world', '', 1795918893780392, 1, 1795918894245371, '{"part":"world","seed":7,"epoch":"","isTouched":true,"initialEndpoints":0,"idsRandom":[1953333960,1234548401,-556304765,-1124617226],"eventsRandom":[2002560314,-954472627,-843552829,-192955926],"ids":{"name":"0ls6gp71hc7zsr","widgets":4},"clock":{"time":{"running":false,"ms":1767225602000},"wasMoved":true,"order":10},"crawler":{"mode":"2s","indexes":3,"random":[1834767952,919202774,1027858482,2040148302]},"faults":{"count":1,"random":[-327882815,-1813208388,347300565,774585976]},"events":3,"endpointCount":1}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'usage', '2', 1795918893889566, 7, 1795918893889566, '{"part":"usage","at":"2026-01-01T00:00:02Z","kind":"crawl","widget":"wgt_mwsvuvmgfftovldjg7","quantity":20}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'delivery', 'msg_15yk5y79ewcmscnte1qpr5zm', 1795918893889566, 8, 1795918893902601, '{"part":"delivery","key":"msg_15yk5y79ewcmscnte1qpr5zm","id":"msg_15yk5y79ewcmscnte1qpr5zm","endpoint":"whe_1","event":"widget.ready","widget":"wgt_s7gulcxv78bx1mch88","trace":"req_0r880ah190rd86_1","body":"{\"type\":\"widget.ready\",\"timestamp\":\"2026-01-01T00:00:02.000Z\",\"data\":{\"id\":\"wgt_s7gulcxv78bx1mch88\",\"name\":\"Talking\",\"status\":\"active\",\"display_mode\":\"fab\",\"position\":\"bottom-right\",\"voice\":\"Charon\",\"persona\":\"You are the assistant of Talking. You answer visitors'' questions from the pages of northwindcatering.example.\",\"theme\":{\"mode\":\"dark\",\"primary\":\"#4f46e5\",\"radius\":16},\"intro_title\":\"Hi, this is Talking\",\"intro_subtitle\":\"Ask me anything about Talking.\",\"suggested_prompts\":[\"What does Talking offer?\",\"How can I reach Talking?\"],\"button_label\":\"Talk to us\",\"show_label\":true,\"domains\":[\"northwindcatering.example\"],\"created_at\":\"2026-01-01T00:00:00Z\",\"site_url\":\"https://northwindcatering.example\",\"last_crawl\":{\"status\":\"succeeded\",\"trigger\":\"create\",\"started_at\":\"2026-01-01T00:00:00Z\",\"finished_at\":\"2026-01-01T00:00:02Z\",\"pages\":20,\"error\":null}}}","state":"pending","timer":{"at":1767225607264,"order":6}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'delivery', 'msg_qb8z5wa87f90fh1n09ufwx54', 1795918893889566, 9, 1795918893902601, '{"part":"delivery","key":"msg_qb8z5wa87f90fh1n09ufwx54","id":"msg_qb8z5wa87f90fh1n09ufwx54","endpoint":"whe_1","event":"widget.ready","widget":"wgt_4xvazbvnifg2pc3xaw","trace":"req_0r880ah190rd86_2","body":"{\"type\":\"widget.ready\",\"timestamp\":\"2026-01-01T00:00:02.000Z\",\"data\":{\"id\":\"wgt_4xvazbvnifg2pc3xaw\",\"name\":\"Paused\",\"status\":\"active\",\"display_mode\":\"fab\",\"position\":\"bottom-right\",\"voice\":\"Charon\",\"persona\":\"You are the assistant of Paused. You answer visitors'' questions from the pages of northwindcatering.example.\",\"theme\":{\"mode\":\"dark\",\"primary\":\"#4f46e5\",\"radius\":16},\"intro_title\":\"Hi, this is Paused\",\"intro_subtitle\":\"Ask me anything about Paused.\",\"suggested_prompts\":[\"What does Paused offer?\",\"How can I reach Paused?\"],\"button_label\":\"Talk to us\",\"show_label\":true,\"domains\":[\"northwindcatering.example\"],\"created_at\":\"2026-01-01T00:00:00Z\",\"site_url\":\"https://northwindcatering.example\",\"last_crawl\":{\"status\":\"succeeded\",\"trigger\":\"create\",\"started_at\":\"2026-01-01T00:00:00Z\",\"finished_at\":\"2026-01-01T00:00:02Z\",\"pages\":20,\"error\":null}}}","state":"pending","timer":{"at":1767225607293,"order":7}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'conversation', 'cnv_lhjkn69txzvt76twut', 1795918894010609, 2, 1795918894010609, '{"part":"conversation","id":"cnv_lhjkn69txzvt76twut","widget":"wgt_s7gulcxv78bx1mch88","siteHost":"northwindcatering.example","startedAt":1767225602000,"token":"cvt_fel5oxrva7vwk6vq46g51w5p","tokenExpiresAt":1767226502000,"configuration":{"name":"Talking","display_mode":"fab","position":"bottom-right","voice":"Charon","persona":"You are the assistant of Talking. You answer visitors'' questions from the pages of northwindcatering.example.","theme":{"mode":"dark","primary":"#4f46e5","radius":16},"intro_title":"Hi, this is Talking","intro_subtitle":"Ask me anything about Talking.","suggested_prompts":["What does Talking offer?","How can I reach Talking?"],"button_label":"Talk to us","show_label":true,"domains":["northwindcatering.example"]},"index":{"id":"idx_1","revision":1,"pages":20}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'usage', '3', 1795918894010609, 3, 1795918894010609, '{"part":"usage","at":"2026-01-01T00:00:02Z","kind":"conversation","widget":"wgt_s7gulcxv78bx1mch88","quantity":1}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'message', 'cnv_lhjkn69txzvt76twut/0', 1795918894031049, 1, 1795918894031049, '{"part":"message","role":"visitor","text":"First","at":1767225602000}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'message', 'cnv_lhjkn69txzvt76twut/1', 1795918894031049, 2, 1795918894031049, '{"part":"message","role":"widget","text":"[idx_1] You are the assistant of Talking. The page \"About us 3\" (https://northwindcatering.example/about-us-3) says: About us 3 of northwindcatering.example, in revision 1 of its content.","at":1767225602000,"index":"idx_1"}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'usage', '4', 1795918894031049, 3, 1795918894031049, '{"part":"usage","at":"2026-01-01T00:00:02Z","kind":"message","widget":"wgt_s7gulcxv78bx1mch88","quantity":1}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'fault', 'flt_1', 1795918894035401, 2, 1795918894066327, '{"part":"fault","fault":{"id":"flt_1","operation":"listWidgets","rateLimit":{"limit":3,"windowSeconds":3600},"hits":1}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'window', 'flt_1/sk_test_one', 1795918894066327, -2, 1795918894066327, '{"part":"window","organization":"sk_test_one","endsAt":1767229202000,"used":1}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'site', 'northwindcatering.example', 1795918894124454, 1, 1795918894124454, '{"part":"site","host":"northwindcatering.example","revision":2}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('', 'fault', 'flt_all_1', 1795918893733203, 2, 1795918893733203, '{"part":"fault","fault":{"id":"flt_all_1","operation":"deleteWidget","status":500,"calls":2,"hits":0}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('', 'key', 'key_kk8w21nsydyb', 1795918893761806, 2, 1795918893761806, '{"part":"key","id":"key_kk8w21nsydyb","organization":"partner","hash":"f449bb0a018b7602c76c3fa9a418c2300b9a8864104f6b4f8414ef87d23f4e37","createdAt":1795918894420}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('', 'organization', 'partner', 1795918893761806, 1, 1795918893774237, '{"part":"organization","organization":"partner","createdAt":1795918894419,"quotas":{"widgets":5}}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'attempt', 'msg_15yk5y79ewcmscnte1qpr5zm/0', 1795918893902601, 5, 1795918893902601, '{"part":"attempt","at":"2026-01-01T00:00:02.000Z","headers":{"content-type":"application/json","webhook-id":"msg_15yk5y79ewcmscnte1qpr5zm","webhook-timestamp":"1767225602","webhook-signature":"v1,uUvAeBrfkB8qPflvhymUL5d9aXIQoiM9gjkzKRMQ5Co="},"response":"","error":"connect ECONNREFUSED 127.0.0.1:9","durationMs":1.8282479999979842}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'attempt', 'msg_qb8z5wa87f90fh1n09ufwx54/0', 1795918893902601, 6, 1795918893902601, '{"part":"attempt","at":"2026-01-01T00:00:02.000Z","headers":{"content-type":"application/json","webhook-id":"msg_qb8z5wa87f90fh1n09ufwx54","webhook-timestamp":"1767225602","webhook-signature":"v1,GnRwHP7iBi+mJDlcIUA31D072dFKt4NMLq14ASvRyL8="},"response":"","error":"connect ECONNREFUSED 127.0.0.1:9","durationMs":1.9438300000037998}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'attempt', 'msg_sek5v1hy2fhkrkoezg6874qm/0', 1795918893902601, 7, 1795918893902601, '{"part":"attempt","at":"2026-01-01T00:00:02.000Z","headers":{"content-type":"application/json","webhook-id":"msg_sek5v1hy2fhkrkoezg6874qm","webhook-timestamp":"1767225602","webhook-signature":"v1,EmI9Pk0T5ZcE/qpWVQGj5SGOcUC+cxRJMTPn+np5ohI="},"response":"","error":"connect ECONNREFUSED 127.0.0.1:9","durationMs":2.0300900000002002}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'deleted', 'wgt_mwsvuvmgfftovldjg7', 1795918893996349, 2, 1795918893996349, '{"part":"deleted","id":"wgt_mwsvuvmgfftovldjg7"}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'delivery', 'msg_sek5v1hy2fhkrkoezg6874qm', 1795918893889566, 10, 1795918893996349, '{"part":"delivery","key":"msg_sek5v1hy2fhkrkoezg6874qm","id":"msg_sek5v1hy2fhkrkoezg6874qm","endpoint":"whe_1","event":"widget.ready","widget":"wgt_mwsvuvmgfftovldjg7","trace":"req_0r880ah190rd86_3","body":"{\"type\":\"widget.ready\",\"timestamp\":\"2026-01-01T00:00:02.000Z\",\"data\":{\"id\":\"wgt_mwsvuvmgfftovldjg7\",\"name\":\"Gone\",\"status\":\"active\",\"display_mode\":\"fab\",\"position\":\"bottom-right\",\"voice\":\"Charon\",\"persona\":\"You are the assistant of Gone. You answer visitors'' questions from the pages of northwindcatering.example.\",\"theme\":{\"mode\":\"dark\",\"primary\":\"#4f46e5\",\"radius\":16},\"intro_title\":\"Hi, this is Gone\",\"intro_subtitle\":\"Ask me anything about Gone.\",\"suggested_prompts\":[\"What does Gone offer?\",\"How can I reach Gone?\"],\"button_label\":\"Talk to us\",\"show_label\":true,\"domains\":[\"northwindcatering.example\"],\"created_at\":\"2026-01-01T00:00:00Z\",\"site_url\":\"https://northwindcatering.example\",\"last_crawl\":{\"status\":\"succeeded\",\"trigger\":\"create\",\"started_at\":\"2026-01-01T00:00:00Z\",\"finished_at\":\"2026-01-01T00:00:02Z\",\"pages\":20,\"error\":null}}}","state":"cancelled"}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'message', 'cnv_lhjkn69txzvt76twut/2', 1795918894180905, 1, 1795918894180905, '{"part":"message","role":"visitor","text":"Second","at":1767225602000}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'message', 'cnv_lhjkn69txzvt76twut/3', 1795918894180905, 2, 1795918894180905, '{"part":"message","role":"widget","text":"[idx_1] You are the assistant of Talking. The page \"About us 2\" (https://northwindcatering.example/about-us-2) says: About us 2 of northwindcatering.example, in revision 1 of its content.","at":1767225602000,"index":"idx_1"}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'usage', '5', 1795918894180905, 3, 1795918894180905, '{"part":"usage","at":"2026-01-01T00:00:02Z","kind":"message","widget":"wgt_s7gulcxv78bx1mch88","quantity":1}', NULL, NULL);
INSERT INTO widgets_mock.rows VALUES ('sk_test_one', 'widget', 'wgt_2ca0j0cn3bidftp4j8', 1795918894245371, 2, 1795918894245371, '{"part":"widget","id":"wgt_2ca0j0cn3bidftp4j8","order":4,"createdAt":1767225602000,"siteUrl":"https://northwindcatering.example","state":"draft-crawling","lastCrawl":{"trigger":"create","cause":"req_0ushekg1t5dcho_3","startedAt":1767225602000,"ending":{"timer":{"at":1767225604000,"order":9}}},"written":{"name":"Crawling"}}', NULL, NULL);
INSERT INTO widgets_mock.worlds VALUES ('', 1795918893774237, 1795918893709956, NULL, false, '2026-11-29 02:21:34.459609+00');
INSERT INTO widgets_mock.worlds VALUES ('sk_test_one', 1795918894245371, 1795918893780392, NULL, false, '2026-11-29 02:21:34.851551+00');
SELECT pg_catalog.setval('widgets_mock.records_id_seq', 9, true);
SELECT pg_catalog.setval('widgets_mock.runs', 1, true);
ALTER TABLE ONLY widgets_mock.delivery_counts
    ADD CONSTRAINT delivery_counts_pkey PRIMARY KEY (organization);
ALTER TABLE ONLY widgets_mock.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (number);
ALTER TABLE ONLY widgets_mock.origin
    ADD CONSTRAINT origin_pkey PRIMARY KEY (is_only);
ALTER TABLE ONLY widgets_mock.records
    ADD CONSTRAINT records_pkey PRIMARY KEY (id);
ALTER TABLE ONLY widgets_mock.rows
    ADD CONSTRAINT rows_pkey PRIMARY KEY (organization, kind, key);
ALTER TABLE ONLY widgets_mock.worlds
    ADD CONSTRAINT worlds_pkey PRIMARY KEY (organization);
CREATE INDEX records_by_organization ON widgets_mock.records USING btree (organization, kind, id);
CREATE INDEX rows_changed ON widgets_mock.rows USING btree (organization, version);
CREATE INDEX rows_owner ON widgets_mock.rows USING btree (key) WHERE (kind = ANY (ARRAY['widget'::text, 'deleted'::text]));
CREATE INDEX rows_removed ON widgets_mock.rows USING btree (organization) WHERE (json IS NULL);
CREATE INDEX rows_sent ON widgets_mock.rows USING btree (sent_by) WHERE (sent_by IS NOT NULL);
CREATE INDEX worlds_wake ON widgets_mock.worlds USING btree (wake_at) WHERE (wake_at IS NOT NULL);
