BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE conversations (
	app_id VARCHAR(36) NOT NULL, 
	owner TEXT NOT NULL, 
	title TEXT NOT NULL, 
	folded_title TEXT NOT NULL, 
	renamed BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, 
	sequence_id INTEGER NOT NULL, 
	position TEXT, 
	status TEXT, 
	problem_kind TEXT, 
	problem TEXT, 
	PRIMARY KEY (app_id)
);
INSERT INTO "conversations" VALUES('0b9a3c52-6a35-4f0e-9a53-3f0c1c7a7d10','sam','Lunch on Tuesday','lunch on tuesday',0,'2026-01-05 09:30:00.000000','2026-01-06 10:15:00.250000',3,'formulate_draft','failed','ModelBusy','The model asks to wait.');
CREATE TABLE states (
	app_id VARCHAR(36) NOT NULL, 
	state BLOB NOT NULL, 
	PRIMARY KEY (app_id), 
	FOREIGN KEY(app_id) REFERENCES conversations (app_id) ON DELETE CASCADE
);
INSERT INTO "states" VALUES('0b9a3c52-6a35-4f0e-9a53-3f0c1c7a7d10',X'785EAB56CACC4BCECFCDCC4B8F4FCD4DCCCC51B252F229CD4BCEB057D2514A294A4C2B89CFC82C2EC92FAA54B28A56722F3ABCE7F0FC54A5D85A0030E314D6');
CREATE INDEX conversations_by_activity ON conversations (owner, updated_at, app_id);
COMMIT;
