/* SPDX-License-Identifier: MIT */
/* explain_words: what is said when our own gateway refused. */
#include "model/explain_words.h"

const char *
explain_doing_text(enum explain_doing d)
{
	static const char *const texts[DOING_COUNT] = {
		[DOING_OUR_RULE] = "This is a rule of our gateway.",
		[DOING_THEIR_SYSTEM] = ("The cause lies in the sender's mail system, and only the "
					"people who run it can put it right."),
		[DOING_THE_MESSAGE] = "Neither mail system did anything wrong.",
		[DOING_OUR_TROUBLE] = "This was a fault on our side, not the sender's.",
	};

	return texts[d];
}

#define PASS_ON "Please forward the notice of failure you received to the people who run it."

static const struct our_words words[REPLY_CLASS_COUNT] = {
	[CLASS_NONE] = {
		DOING_OUR_RULE,
		"The reason our gateway noted is a technical one; we can look into it.",
		"Please send us the exact text of the notice you received, with its date and time.",
		"The reason given above is all that our log says about it.",
		"If you think this is wrong, please send us this message and your own log "
		"lines of the attempt.",
	},
	[CLASS_REVERSE_DNS] = {
		DOING_THEIR_SYSTEM,
		"The computer that brought the message has no proper name on the internet, as a mail "
		"server should.",
		"The mail server you send through is not set up properly: its address has no "
		"proper name. " PASS_ON,
		"The client's address has no reverse DNS name, or one that does not lead back to "
		"the address, or a generic one such as dial-up lines have.",
		"Give the address a PTR record with the mail server's own name, and make that name "
		"resolve to the address; or send through your provider's mail server.",
	},
	[CLASS_HELO] = {
		DOING_THEIR_SYSTEM,
		"The computer that brought the message introduced itself in a way that we do not accept.",
		"The mail server you send through is not set up properly: it introduces itself with "
		"a name that is not acceptable. " PASS_ON,
		"The name given with HELO or EHLO is not acceptable: none at all, a bare IP "
		"address, a malformed or unknown name, or one of ours.",
		"Make the server give its own fully qualified host name, one that resolves.",
	},
	[CLASS_DNSBL] = {
		DOING_THEIR_SYSTEM,
		"The computer that brought the message is on a public list of computers that send spam.",
		"The mail server you send through is listed as a source of spam. " PASS_ON
		" They can have it removed from that list.",
		"The client's address is listed in a DNS block list that our gateway consults.",
		"Find out why the address is listed, stop the cause, and ask the list to remove "
		"it. Nothing then needs to be changed here.",
	},
	[CLASS_CLIENT_BLOCKED] = {
		DOING_OUR_RULE,
		"We do not accept mail from the computer that brought the message.",
		"Our gateway does not accept mail from the mail server you send through. " PASS_ON
		" They are welcome to write to our postmaster.",
		"The client's address or name is blocked at our gateway.",
		"If the reason has been dealt with, please tell us, quoting the details above, and we "
		"will review the block.",
	},
	[CLASS_SENDER_BLOCKED] = {
		DOING_OUR_RULE,
		"We do not accept mail from this sender's address.",
		"Our gateway does not accept mail from your address. If you think this is a "
		"mistake, write to our postmaster and quote the notice you received.",
		"The envelope sender, or its domain, is blocked at our gateway.",
		"If the address was misused and that has been stopped, please tell us, quoting the "
		"details above, and we will review the block.",
	},
	[CLASS_SENDER_DOMAIN] = {
		DOING_THEIR_SYSTEM,
		"The part of the sender's address after the @ could not be found on the internet, "
		"so no answer could ever reach the sender.",
		"Please check how your own address is written in your mail program: the part "
		"after the @ could not be found. If it is right, please tell the people who run "
		"your mail system.",
		"The domain of the envelope sender cannot be resolved, or accepts no mail (no MX or "
		"address record, a null MX, or its name servers did not answer).",
		"Use an envelope sender in a domain that accepts mail, or correct its DNS.",
	},
	[CLASS_SENDER_VERIFY] = {
		DOING_THEIR_SYSTEM,
		"Our gateway could not confirm that the sender's address can receive an answer.",
		"Our gateway could not confirm that your address can receive mail. " PASS_ON,
		"Sender verification failed: our gateway could not establish that the envelope "
		"sender is deliverable. It checks the DNS of its domain, and may ask the mail "
		"exchangers with MAIL FROM:<> and RCPT TO that address.",
		"Make sure that the domain resolves, and that its mail exchangers accept the null "
		"sender for this address and answer in time.",
	},
	[CLASS_FORGERY] = {
		DOING_THEIR_SYSTEM,
		"The message could not be shown to come from where it claims to come from.",
		"Your message failed a check against forged addresses. That happens when mail is "
		"forwarded, or is not sent through the servers that belong to its sender's address. "
		PASS_ON,
		"SPF, DKIM or DMARC did not pass for this message.",
		"Name the client in the SPF record of the sender's domain, sign with DKIM for the "
		"domain of the From header, or send through the servers that the domain names. "
		"Forwarders: rewrite the envelope sender and leave signed content as it is.",
	},
	[CLASS_LOGIN] = {
		DOING_THE_MESSAGE,
		"The program that sent it had not logged in with a valid name and password.",
		"Please check the settings for outgoing mail in your mail program: it must log in "
		"with your name and password.",
		"The client was not authenticated.",
		"Authenticate with valid credentials before MAIL FROM.",
	},
	[CLASS_RELAY] = {
		DOING_THE_MESSAGE,
		"The message was addressed to somebody whose mail our gateway does not handle, and the "
		"computer that sent it had not logged in; we do not relay mail for strangers.",
		"If you have an account here, set your mail program to log in for sending mail. If "
		"not, send through your own provider's mail server, and check the address.",
		"Relaying denied: our gateway is not the mail exchanger of the recipient's domain, "
		"and the client was not authenticated.",
		"Check the MX records that you used for the recipient's domain. Our own users must "
		"authenticate before they send.",
	},
	[CLASS_UNKNOWN_USER] = {
		DOING_THE_MESSAGE,
		"There is no such address here. If there should be one, please tell us.",
		"Please check how the address is spelled: as you wrote it, it does not exist.",
		"There is no mailbox or alias of that name at our site.",
		"Correct the address, or remove it from your list. If it used to work, please tell "
		"us.",
	},
	[CLASS_MAILBOX_DISABLED] = {
		DOING_OUR_RULE,
		"The mailbox is closed and does not accept mail.",
		"The mailbox you wrote to does not accept mail at present. Please contact the person "
		"in another way.",
		"The mailbox is disabled at our site.",
		"Nothing; please do not send to this address for the time being.",
	},
	[CLASS_MAILBOX_FULL] = {
		DOING_THE_MESSAGE,
		"The mailbox was full; it will accept mail again once something in it is deleted.",
		"The mailbox was full. Please send your message again later.",
		"The mailbox is over its quota.",
		"Nothing at your end; please send the message again later.",
	},
	[CLASS_RESTRICTED] = {
		DOING_OUR_RULE,
		"Only certain senders may write to this address.",
		"Only certain senders may write to this address. Please ask its owner.",
		"The recipient address accepts mail from certain senders only.",
		"The sender can ask the owner of the address for permission.",
	},
	[CLASS_GREYLIST] = {
		DOING_OUR_RULE,
		"Our gateway asks mail systems that it does not know yet to try again a little "
		"later, which keeps a lot of spam out.",
		"Your mail system was asked to try again a little later, and normally does so by "
		"itself. If your message has still not arrived after a day, please tell the people who "
		"run it.",
		"Greylisting: the first attempt for an unknown combination of client, sender and "
		"recipient is deferred.",
		"Nothing, if your server retries as it should: not within seconds, and from the same "
		"address or network.",
	},
	[CLASS_RATE] = {
		DOING_THEIR_SYSTEM,
		"The sender's mail system connected too often in a short time.",
		"The mail server you send through sent too much at once; the message can be sent "
		"again later.",
		"Too many connections or messages in a short time.",
		"Open fewer connections, send more slowly, and retry later.",
	},
	[CLASS_RECIPIENTS] = {
		DOING_THE_MESSAGE,
		"The message was addressed to too many people at once.",
		"Please send your message to fewer people at a time, or use a mailing list.",
		"Too many recipients for one message.",
		"Send it in several transactions with fewer recipients each.",
	},
	[CLASS_SIZE] = {
		DOING_THE_MESSAGE,
		"The message was larger than we accept.",
		"Your message was too large. Please put large files somewhere they can be downloaded "
		"from, and send a link.",
		"The message exceeds the size that we accept (see SIZE in our answer to EHLO).",
		"Send a smaller message.",
	},
	[CLASS_VIRUS] = {
		DOING_THE_MESSAGE,
		"Our scanner found something in it that looked like harmful software.",
		"Something in your message looked like harmful software. Please have your computer "
		"checked before you send it again.",
		"Our scanner reports malware in the message.",
		"Check the account and the computer that sent it. If you are sure that the report "
		"is wrong, please tell us what it found.",
	},
	[CLASS_ATTACHMENT] = {
		DOING_OUR_RULE,
		"The message contained a type of file that we do not accept by mail.",
		"Your message contained a type of file that is not accepted here. Please send the file "
		"in another way.",
		"An attachment is of a type that our gateway does not accept.",
		"Send the file in another form, or by means other than mail.",
	},
	[CLASS_SPAM] = {
		DOING_OUR_RULE,
		"Our content filter judged the message to be spam.",
		"Your message was taken for spam here. If it was not, please send us the notice you "
		"received, and we will check the filter.",
		"Our content filter judged the message to be spam.",
		"Please check that the account or host has not been misused. If the message is "
		"legitimate, tell us so, quoting the details above, and we will look into what the "
		"filter objected to.",
	},
	[CLASS_MALFORMED] = {
		DOING_THEIR_SYSTEM,
		"The message did not follow the rules for writing mail, so it could not be handled "
		"safely.",
		"The program that wrote your message did not follow the rules for mail. " PASS_ON,
		"The message violates RFC 5322.",
		"Correct what the reply names (often an address in From, To or Reply-To) in the "
		"software that creates these messages.",
	},
	[CLASS_PROTOCOL] = {
		DOING_THEIR_SYSTEM,
		"The computer that brought the message did not communicate as a mail system should.",
		"The program you send with does not communicate as a mail server should. " PASS_ON,
		"The client violated the SMTP protocol.",
		"See RFC 5321: wait for each reply before the next command unless PIPELINING was "
		"offered, and send no unknown commands.",
	},
	[CLASS_POLICY] = {
		DOING_OUR_RULE,
		"Mail of this kind is not accepted here.",
		"Mail of this kind is not accepted here. If you think this is a mistake, please send "
		"us the notice you received.",
		"A policy of our site forbids it; the reply above is all that is logged about it.",
		"If you think this is wrong, please send us this message and your own log "
		"lines of the attempt.",
	},
	[CLASS_TLS] = {
		DOING_THEIR_SYSTEM,
		"The sender's mail system and ours could not agree on a secure connection.",
		"The mail server you send through and ours could not agree on a secure connection. " PASS_ON,
		"TLS is required here, or it failed.",
		"Offer and use STARTTLS with a current protocol version.",
	},
	[CLASS_TROUBLE] = {
		DOING_OUR_TROUBLE,
		"A part of our mail system was not working at that moment.",
		"This was a fault of ours. If a notice of failure comes back, please send the "
		"message again.",
		"A service behind our gateway was not working.",
		"Nothing at your end. Please let your server retry the message.",
	},
	[CLASS_LOOP] = {
		DOING_THE_MESSAGE,
		"The message was being forwarded in a circle.",
		"Your message was going round in a circle between mail systems. " PASS_ON,
		"Too many hops: a mail loop.",
		"Look for an address that is forwarded in a circle.",
	},
};

const struct our_words *
explain_our_words(enum reply_class c)
{
	return &words[(unsigned)c < REPLY_CLASS_COUNT && words[c].why ? c : CLASS_NONE];
}
