/* SPDX-License-Identifier: MIT */
/* explain_words: what is said when our own gateway refused. */
#include "model/explain_words.h"

const char *
explain_doing_text(enum explain_doing d)
{
	static const char *const texts[DOING_COUNT] = {
		[DOING_OUR_RULE] = "This is a rule of our gateway.",
		[DOING_THEIR_SYSTEM] = "The cause lies in the sender's mail system, and only the "
				       "people who run that can mend it.",
		[DOING_THE_MESSAGE] = "Neither mail system did anything wrong.",
		[DOING_OUR_TROUBLE] = "This was a fault on our side, not the sender's.",
		[DOING_NOBODY] = "Nobody did anything wrong.",
	};

	return texts[d];
}

#define PASS_ON "Please pass the notice of failure that you got on to the people who run it."

static const struct our_words words[REPLY_CLASS_COUNT] = {
	[CLASS_NONE] = {
		DOING_OUR_RULE,
		"The reason that our gateway noted is a technical one, which we can look into.",
		"Please send us the exact text of the notice that you got, with its date and time.",
		"What is above is all that this log tells of the reason.",
		"If you think that this is wrong, please send us this message and your own log "
		"lines of the attempt.",
	},
	[CLASS_REVERSE_DNS] = {
		DOING_THEIR_SYSTEM,
		"The computer that brought the message has no proper name of its own on the internet, as "
		"mail servers have.",
		"The mail server that you send through is not set up properly: its address has no "
		"proper name. " PASS_ON,
		"The client's address has no reverse DNS name, or one that does not lead back to "
		"the address, or a generic one as dial-up lines have.",
		"Give the address a PTR record with the mail server's own name, and let that name "
		"resolve to the address; or send through your provider's mail server.",
	},
	[CLASS_HELO] = {
		DOING_THEIR_SYSTEM,
		"The computer that brought the message introduced itself with a name that cannot be its own.",
		"The mail server that you send through is not set up properly: it introduces "
		"itself with a wrong name. " PASS_ON,
		"The name given with HELO or EHLO is not acceptable: none at all, a bare IP "
		"address, a malformed or unknown name, or one of ours.",
		"Let the server greet with its own fully qualified host name, one that resolves.",
	},
	[CLASS_DNSBL] = {
		DOING_THEIR_SYSTEM,
		"The computer that brought the message stands on a public list of computers that send spam.",
		"The mail server that you send through is listed as a source of spam. " PASS_ON
		" They can have it taken off that list.",
		"The client's address is listed in a DNS block list that our gateway asks.",
		"Find out why the address is listed, stop the cause, and ask the list to remove "
		"it. Nothing has to be changed here then.",
	},
	[CLASS_CLIENT_BLOCKED] = {
		DOING_OUR_RULE,
		"We accept no mail from the computer that brought the message.",
		"Our gateway accepts no mail from the mail server that you send through. " PASS_ON
		" They are welcome to write to our postmaster.",
		"The client's address or name is barred at our gateway.",
		"If the reason has been dealt with, please tell us, with the facts above, and we "
		"shall look at it again.",
	},
	[CLASS_SENDER_BLOCKED] = {
		DOING_OUR_RULE,
		"We accept no mail from this sender's address.",
		"Our gateway accepts no mail from your address. If you think that this is a "
		"mistake, write to our postmaster and quote the notice that you got.",
		"The envelope sender, or its domain, is barred at our gateway.",
		"If the address was misused and that has been stopped, please tell us, with the "
		"facts above, and we shall look at it again.",
	},
	[CLASS_SENDER_DOMAIN] = {
		DOING_THEIR_SYSTEM,
		"The part of the sender's address behind the @ could not be found on the internet, "
		"so that no answer could ever reach the sender.",
		"Please check how your own address is written in your mail program: the part "
		"behind the @ could not be found. If it is right, please tell the people who run "
		"your mail.",
		"The domain of the envelope sender cannot be resolved, or takes no mail (no MX or "
		"address record, a null MX, or its name servers did not answer).",
		"Use an envelope sender in a domain that takes mail, or mend its DNS.",
	},
	[CLASS_SENDER_VERIFY] = {
		DOING_THEIR_SYSTEM,
		"Our gateway could not confirm that the sender's address can receive an answer.",
		"Our gateway could not confirm that your address can receive mail. " PASS_ON,
		"Sender verification failed: our gateway could not establish that the envelope "
		"sender is deliverable. It looks at the DNS of its domain, and may ask the mail "
		"exchangers with MAIL FROM:<> and RCPT TO that address.",
		"Make sure that the domain resolves, and that its mail exchangers accept the null "
		"sender for this address and answer in time.",
	},
	[CLASS_FORGERY] = {
		DOING_THEIR_SYSTEM,
		"The message could not prove that it came from where it claims to come from.",
		"Your message failed a check against forged addresses. That happens when mail is "
		"not sent through the servers of the address it is written under, or is forwarded. "
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
		"The message was addressed to somebody whose mail our gateway does not handle, by a "
		"computer that had not logged in; we do not pass on mail for strangers.",
		"If you have an account here, let your mail program log in for sending mail. If "
		"not, send through your own provider's mail server, and check the address.",
		"Relaying denied: our gateway is not the mail exchanger of the recipient's domain, "
		"and the client was not authenticated.",
		"Check the MX records that you used for the recipient's domain. Users of ours must "
		"authenticate before they send.",
	},
	[CLASS_UNKNOWN_USER] = {
		DOING_THE_MESSAGE,
		"The address is not known here; if it is written rightly, please tell us.",
		"Please check how the address is spelled: it does not exist as you wrote it.",
		"There is no mailbox or alias of that name at our site.",
		"Correct the address, or take it off your list. If it worked before, please tell "
		"us.",
	},
	[CLASS_MAILBOX_DISABLED] = {
		DOING_OUR_RULE,
		"The mailbox was closed for mail.",
		"The mailbox that you wrote to takes no mail at present. Please reach the person "
		"another way.",
		"The mailbox is disabled at our site.",
		"Nothing; please do not send to this address for the time being.",
	},
	[CLASS_MAILBOX_FULL] = {
		DOING_THE_MESSAGE,
		"The mailbox had no room left; it takes mail again when some is deleted.",
		"The mailbox was full. Please send your message again later.",
		"The mailbox is over its quota.",
		"Nothing at your end; please send again later.",
	},
	[CLASS_RESTRICTED] = {
		DOING_OUR_RULE,
		"Only certain senders may write to this address.",
		"Only certain senders may write to this address. Please ask its owner.",
		"The recipient address takes mail from certain senders only.",
		"The sender can ask the owner of the address to be let in.",
	},
	[CLASS_GREYLIST] = {
		DOING_NOBODY,
		"Our gateway asks mail systems that it does not know yet to come again a little "
		"later, which keeps much spam away.",
		"There is nothing to do: your mail system tries again by itself.",
		"Greylisting: first attempts of an unknown client, sender and recipient are put "
		"off.",
		"Nothing, if your server retries as it should. Retries count when they come from "
		"the same address or network.",
	},
	[CLASS_RATE] = {
		DOING_THEIR_SYSTEM,
		"The sender's mail system came too often in a short time.",
		"The mail server that you send through sent too much at once; the message can be "
		"sent again later.",
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
		"The message was larger than is accepted here.",
		"Your message was too large. Please put large files where they can be fetched from, "
		"and send a link.",
		"The message exceeds the size that is accepted here (see SIZE in our answer to "
		"EHLO).",
		"Send a smaller message.",
	},
	[CLASS_VIRUS] = {
		DOING_THE_MESSAGE,
		"Our scanner took something in it for harmful software.",
		"Something in your message was taken for harmful software. Please have your "
		"computer checked before you send it again.",
		"Our scanner reports malware in the message.",
		"Check the account and the computer that sent it. If you are sure that the report "
		"is wrong, please tell us what it found.",
	},
	[CLASS_ATTACHMENT] = {
		DOING_OUR_RULE,
		"The message carried a kind of file that we do not accept by mail.",
		"Your message carried a kind of file that is not accepted here. Please send the "
		"file another way.",
		"An attachment is of a type that our gateway does not accept.",
		"Send the file in another form, or by other means than mail.",
	},
	[CLASS_SPAM] = {
		DOING_OUR_RULE,
		"Our content filter took the message for spam.",
		"Your message was taken for spam here. If it is none, please send us the notice "
		"that you got, and we shall look at the filter.",
		"Our content filter took the message for spam.",
		"Please check that the account or host was not misused. If the message is "
		"legitimate, tell us so with the facts above, and we shall look at what the filter "
		"objected to.",
	},
	[CLASS_MALFORMED] = {
		DOING_THEIR_SYSTEM,
		"The message was not written as the rules for mail demand, so that it could not be handled "
		"safely.",
		"The program that wrote your message made it in a wrong form. " PASS_ON,
		"The message violates RFC 5322.",
		"Mend what the reply names (often an address in From, To or Reply-To) in the "
		"software that makes these messages.",
	},
	[CLASS_PROTOCOL] = {
		DOING_THEIR_SYSTEM,
		"The computer that brought the message did not speak as mail systems do with each other.",
		"The program that you send with does not speak as mail servers do. " PASS_ON,
		"The client violated the SMTP protocol.",
		"See RFC 5321: wait for each reply before the next command unless PIPELINING was "
		"offered, and send no unknown commands.",
	},
	[CLASS_POLICY] = {
		DOING_OUR_RULE,
		"Mail of this kind is not accepted here.",
		"Mail of this kind is not accepted here. Please send us the notice that you "
		"got if you think that this is a mistake.",
		"A policy of our site forbids it; the reply says what is logged of that.",
		"If you think that this is wrong, please send us this message and your own log "
		"lines of the attempt.",
	},
	[CLASS_TLS] = {
		DOING_THEIR_SYSTEM,
		"The sender's mail system and ours could not agree on a protected connection.",
		"The mail server that you send through and ours could not agree on a protected "
		"connection. " PASS_ON,
		"TLS was demanded, or failed.",
		"Offer and use STARTTLS with a current protocol version.",
	},
	[CLASS_TROUBLE] = {
		DOING_OUR_TROUBLE,
		"A part of our mail system did not work at that moment.",
		"This was a fault of ours. If a notice of failure comes back, please send the "
		"message again.",
		"A service behind our gateway did not work.",
		"Nothing at your end. Please let the message be tried again.",
	},
	[CLASS_LOOP] = {
		DOING_THE_MESSAGE,
		"The message had been passed on in a circle.",
		"Your message went round in a circle between mail systems. " PASS_ON,
		"Too many hops: a mail loop.",
		"Look for an address that is forwarded in a circle.",
	},
};

const struct our_words *
explain_our_words(enum reply_class c)
{
	return &words[(unsigned)c < REPLY_CLASS_COUNT && words[c].why ? c : CLASS_NONE];
}
