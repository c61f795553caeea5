/* SPDX-License-Identifier: MIT */
/* explain_words_theirs: what is said when another system refused our mail, or was not there. */
#include "model/explain_words.h"

#define OURS_TO_MEND                                                                         \
	"This is for us, not you, to sort out with the other side. If it is urgent, please " \
	"contact the recipient in another way."
#define ASK_THEM                                                                          \
	"Please contact the recipient in another way, and ask for the words below to be " \
	"shown to the people who run the mail system there."
#define PLEASE_TELL "Please tell us what you have seen from us, and what we should change."

static const struct their_words words[REPLY_CLASS_COUNT] = {
	[CLASS_NONE] = {
		"The other side gave its reason in technical words only.",
		ASK_THEM,
		"Your reply does not tell us which rule was applied.",
		"Please tell us why the message was refused, and what should be changed.",
	},
	[CLASS_REVERSE_DNS] = {
		"The other side objects to the name that our mail server has on the internet.",
		OURS_TO_MEND,
		"Your reply objects to the reverse DNS of our address.",
		"Please tell us which name and address you see.",
	},
	[CLASS_HELO] = {
		"The other side objects to the way our mail server introduces itself.",
		OURS_TO_MEND,
		"Your reply objects to the name that our server gives with HELO.",
		"Please tell us which name you saw, and what you expect.",
	},
	[CLASS_DNSBL] = {
		"The other side found our mail server on a list of computers that send spam.",
		OURS_TO_MEND,
		"Your reply says that our address is listed in a DNS block list.",
		PLEASE_TELL,
	},
	[CLASS_CLIENT_BLOCKED] = {
		"The other side does not accept mail from our mail server at present.",
		OURS_TO_MEND,
		"Your reply says that you do not accept mail from our address.",
		PLEASE_TELL " Please lift the block if its reason has passed.",
	},
	[CLASS_SENDER_BLOCKED] = {
		"The other side does not accept mail from this sender's address.",
		ASK_THEM,
		"Your reply says that the envelope sender is blocked at your site.",
		"Please tell us what you have seen from this sender, and lift the block if its "
		"reason has passed.",
	},
	[CLASS_SENDER_DOMAIN] = {
		"The other side could not find the part of the sender's address after the @ on the internet.",
		"Please check how the sender's address is written in the mail program.",
		"Your reply says that the domain of the envelope sender is not usable.",
		"Please tell us what your lookup of that domain returns.",
	},
	[CLASS_SENDER_VERIFY] = {
		"The other side could not confirm that the sender's address can receive an answer.",
		OURS_TO_MEND,
		"Your reply says that the envelope sender could not be verified.",
		"Please tell us which host of ours you asked, and what it answered.",
	},
	[CLASS_FORGERY] = {
		"The other side thinks that the sender's address is forged: the message failed a check there that "
		"it comes from where it claims to come from.",
		OURS_TO_MEND,
		"Your reply says that SPF, DKIM or DMARC did not pass.",
		"Please tell us which of these checks failed, and for which domain. If our gateway "
		"forwarded the message, SPF for its original sender cannot pass; please look at DKIM "
		"or ARC.",
	},
	[CLASS_RELAY] = {
		"The other side says that it does not handle mail for this address.",
		"Please check the part of the address after the @. If it is right, please tell the "
		"recipient in another way.",
		"Your reply says that you are not responsible for the recipient's domain, although our "
		"gateway was directed to you for it.",
		"Please check the domain's MX records, and whether your server should accept its "
		"mail.",
	},
	[CLASS_UNKNOWN_USER] = {
		"The other side says that there is no such address there.",
		"Please check how the address is spelled, or ask the recipient for the current one.",
		"Your reply says that the recipient's address does not exist.",
		"If the address should exist, please look into it; otherwise there is nothing to "
		"do.",
	},
	[CLASS_MAILBOX_DISABLED] = {
		"The other side says that the recipient's mailbox is closed.",
		"Please contact the recipient in another way.",
		"Your reply says that the mailbox is disabled.",
		"If the mailbox should accept mail, please look into it; otherwise there is nothing "
		"to do.",
	},
	[CLASS_MAILBOX_FULL] = {
		"The other side says that the recipient's mailbox is full.",
		"Please send the message again later, or tell the recipient in another way.",
		"Your reply says that the mailbox is full.",
		"Please let the owner of the mailbox know.",
	},
	[CLASS_RESTRICTED] = {
		"The other side says that only certain senders may write to this address.",
		"Please ask the recipient, in another way, for permission.",
		"Your reply says that the recipient accepts mail from certain senders only.",
		"If this sender should be allowed, please look into it.",
	},
	[CLASS_GREYLIST] = {
		"The other side asks mail systems that it does not know yet to try again a little later.",
		ASK_THEM,
		"Your server greylists our gateway.",
		"Nothing, unless this goes on: our gateway retries from the same address.",
	},
	[CLASS_RATE] = {
		"The other side says that too much mail came from us in a short time.",
		OURS_TO_MEND,
		"Your reply says that too much mail comes from us.",
		"Please tell us which limit applies to our address.",
	},
	[CLASS_RECIPIENTS] = {
		"The other side says that the message had too many recipients.",
		"Please send it to fewer people at a time.",
		"Your reply says that there were too many recipients.",
		"Please tell us how many you accept for one message.",
	},
	[CLASS_SIZE] = {
		"The other side says that the message is too large.",
		"Please put large files somewhere they can be downloaded from, and send a link.",
		"Your reply says that the message is too large.",
		"Nothing; the sender has to send a smaller message.",
	},
	[CLASS_VIRUS] = {
		"The other side found something in the message that looked like harmful software.",
		"Please have the computer it was written on checked before you send the message again.",
		"Your reply says that the message contains malware.",
		"Please tell us what your scanner found.",
	},
	[CLASS_ATTACHMENT] = {
		"The other side does not accept one of the files in the message.",
		"Please send the file in another way.",
		"Your reply objects to an attachment.",
		"Please tell us which types of file you accept.",
	},
	[CLASS_SPAM] = {
		"The other side's filter took the message for spam.",
		"You can reword it, with fewer links, and send it again, or contact the recipient in "
		"another way.",
		"Your reply says that the message was taken for spam.",
		"If this is a mistake, please correct it; otherwise please tell us what your filter "
		"objected to.",
	},
	[CLASS_MALFORMED] = {
		"The other side says that the message was not written in the right form.",
		"Please tell us which program wrote the message.",
		"Your reply says that the message is malformed.",
		"Please tell us which header or part you mean.",
	},
	[CLASS_PROTOCOL] = {
		"The other side says that the two mail systems did not understand each other.",
		OURS_TO_MEND,
		"Your reply says that our gateway violated the SMTP protocol.",
		"Please tell us what you saw; we can send you our log lines.",
	},
	[CLASS_POLICY] = {
		"The other side says that one of its rules forbids the message.",
		ASK_THEM,
		"Your reply refers to a policy of your site.",
		"Please tell us which rule that was, and what should be changed.",
	},
	[CLASS_TLS] = {
		"The two mail systems could not agree on a secure connection.",
		OURS_TO_MEND,
		"No TLS connection could be established, and one of the two systems requires it.",
		"Please offer STARTTLS with a current protocol version, or tell us what you "
		"accept.",
	},
	[CLASS_TROUBLE] = {
		"The other side says that a part of its mail system was not working at that moment.",
		"If it is urgent, please contact the recipient in another way.",
		"Your reply refers to a fault in your system.",
		"Please look at what it says; our gateway can do nothing about it.",
	},
	[CLASS_NO_ROUTE] = {
		"No mail system could be found that accepts mail for this address.",
		"Please check the part of the address after the @.",
		"Our gateway found no host that accepts mail for the recipient's domain.",
		"Please check the domain's DNS: its MX and address records.",
	},
	[CLASS_UNREACHABLE] = {
		"The other side's mail system could not be reached, or broke off the connection.",
		"If it is urgent, please contact the recipient in another way.",
		"Our gateway could not connect to your server, or the connection broke.",
		"Please check that your server can be reached from our address.",
	},
	[CLASS_EXPIRED] = {
		"The other side's mail system could not take it for a long time.",
		"Please try again when the other side's mail works, or contact the recipient in another "
		"way.",
		"Our gateway gave up after its attempts had been failing for a long time.",
		"Please check that your server can be reached from our address, and what it told "
		"us before.",
	},
	[CLASS_LOOP] = {
		"The message was forwarded in a circle.",
		OURS_TO_MEND,
		"The message went round in a loop.",
		"Please check whether an address of yours is forwarded back to us.",
	},
	[CLASS_LOGIN] = {
		"The other side requires our mail server to log in.",
		OURS_TO_MEND,
		"Your reply asks for authentication.",
		"Please tell us whether our gateway is meant to authenticate to yours.",
	},
};

const struct their_words *
explain_their_words(enum reply_class c)
{
	return &words[(unsigned)c < REPLY_CLASS_COUNT && words[c].why ? c : CLASS_NONE];
}
