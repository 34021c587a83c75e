import type { Template } from '@/survey/model/template'

/** A new client has worked with us for some weeks: what stands in the way now becomes a lost client later. */
export const onboarding: Template = {
  id: 'onboarding',
  name: { en: 'Onboarding', ru: 'Начало работы', kz: 'Жұмыстың басталуы', id: 'Awal kerja sama', la: 'Primeros pasos' },
  description: {
    en: 'A few weeks after the start: how it went, and where the client needs help.',
    ru: 'Через несколько недель после старта: как всё идёт и где клиенту нужна помощь.',
    kz: 'Жұмыс басталғаннан кейін бірнеше аптадан соң: бәрі қалай жүріп жатыр және клиентке қандай көмек керек.',
    id: 'Beberapa minggu setelah mulai: bagaimana jalannya dan bantuan apa yang diperlukan klien.',
    la: 'Unas semanas después de empezar: cómo va todo y qué ayuda necesita el cliente.'
  },
  questions: [
    {
      id: 'start',
      type: 'csat',
      required: true,
      text: {
        en: 'How would you rate the start of our work together?',
        ru: 'Как вы оцениваете начало работы с нами?',
        kz: 'Бізбен жұмыстың басталуын қалай бағалайсыз?',
        id: 'Bagaimana penilaian Anda terhadap awal kerja sama dengan kami?',
        la: '¿Cómo califica el comienzo de su trabajo con nosotros?'
      },
      low: { en: 'Very poor', ru: 'Очень плохо', kz: 'Өте нашар', id: 'Sangat buruk', la: 'Muy malo' },
      high: { en: 'Excellent', ru: 'Отлично', kz: 'Өте жақсы', id: 'Sangat baik', la: 'Excelente' }
    },
    {
      id: 'ready',
      type: 'yesno',
      required: false,
      text: {
        en: 'Do you have everything you need to carry on?',
        ru: 'Есть ли у вас всё, что нужно для дальнейшей работы?',
        kz: 'Жұмысты жалғастыруға қажеттінің бәрі бар ма?',
        id: 'Apakah Anda sudah memiliki semua yang diperlukan untuk melanjutkan?',
        la: '¿Tiene todo lo necesario para continuar?'
      }
    },
    {
      id: 'help',
      type: 'choices',
      required: false,
      text: {
        en: 'What else can we help you with?',
        ru: 'С чем вам ещё помочь?',
        kz: 'Сізге тағы қандай көмек керек?',
        id: 'Apa lagi yang bisa kami bantu?',
        la: '¿Con qué más podemos ayudarle?'
      },
      options: [
        { id: 'setup', text: { en: 'Setting up', ru: 'Настройка', kz: 'Баптау', id: 'Pengaturan', la: 'Configuración' } },
        { id: 'training', text: { en: 'Training', ru: 'Обучение', kz: 'Оқыту', id: 'Pelatihan', la: 'Capacitación' } },
        { id: 'papers', text: { en: 'Documents and payment', ru: 'Документы и оплата', kz: 'Құжаттар және төлем', id: 'Dokumen dan pembayaran', la: 'Documentos y pagos' } },
        { id: 'contact', text: { en: 'Whom to ask', ru: 'К кому обращаться', kz: 'Кімге хабарласу керегі', id: 'Siapa yang harus dihubungi', la: 'A quién dirigirse' } },
        { id: 'none', text: { en: 'Nothing, all is clear', ru: 'Ничего не нужно, всё понятно', kz: 'Көмек керек емес, бәрі түсінікті', id: 'Tidak ada, semua sudah jelas', la: 'Con nada, todo está claro' } }
      ]
    }
  ],
  followUp: {
    asked: true,
    text: {
      high: {
        en: 'What helped you most at the start?',
        ru: 'Что больше всего помогло вам в начале?',
        kz: 'Басында Сізге не көбірек көмектесті?',
        id: 'Apa yang paling membantu Anda di awal?',
        la: '¿Qué fue lo que más le ayudó al principio?'
      },
      middle: {
        en: 'What was missing at the start?',
        ru: 'Чего вам не хватило в начале?',
        kz: 'Басында Сізге не жетіспеді?',
        id: 'Apa yang masih kurang di awal?',
        la: '¿Qué le faltó al principio?'
      },
      low: {
        en: 'What got in your way? We will help.',
        ru: 'Что вам помешало? Мы поможем.',
        kz: 'Сізге не кедергі болды? Біз көмектесеміз.',
        id: 'Apa yang menjadi kendala? Kami akan membantu.',
        la: '¿Qué dificultades tuvo? Le ayudaremos.'
      }
    }
  },
  thankYou: {
    high: {
      en: 'Thank you! We are glad you are off to a good start.',
      ru: 'Спасибо! Рады, что начало получилось удачным.',
      kz: 'Рақмет! Жұмыстың жақсы басталғанына қуаныштымыз.',
      id: 'Terima kasih! Kami senang awalnya berjalan baik.',
      la: '¡Gracias! Nos alegra que haya empezado bien.'
    },
    middle: {
      en: 'Thank you! We will see what we can make easier for you.',
      ru: 'Спасибо! Подумаем, что можем для вас упростить.',
      kz: 'Рақмет! Сіз үшін нені жеңілдете алатынымызды ойластырамыз.',
      id: 'Terima kasih! Kami akan mencari cara agar lebih mudah bagi Anda.',
      la: '¡Gracias! Veremos cómo hacérselo más fácil.'
    },
    low: {
      en: 'Thank you for telling us. We will help you get going.',
      ru: 'Спасибо, что рассказали. Мы поможем вам освоиться.',
      kz: 'Айтқаныңыз үшін рақмет. Жұмысты жолға қоюға көмектесеміз.',
      id: 'Terima kasih sudah memberi tahu kami. Kami akan membantu Anda.',
      la: 'Gracias por contárnoslo. Le ayudaremos a ponerse en marcha.'
    }
  },
  mail: {
    subject: {
      en: 'How was your start with us?',
      ru: 'Как вам начало работы с нами?',
      kz: 'Бізбен жұмысыңыз қалай басталды?',
      id: 'Bagaimana awal kerja sama dengan kami?',
      la: '¿Cómo fueron sus primeros pasos con nosotros?'
    },
    body: {
      en: 'Hello {client},\n\nWe started working together not long ago. Please tell us how it is going and where you could use a hand. A few short questions, less than a minute.\n\n{responsible}\n{company}',
      ru: 'Здравствуйте, {client}!\n\nНедавно мы начали работать вместе. Расскажите, пожалуйста, как всё идёт и с чем вам ещё помочь. Несколько коротких вопросов, меньше минуты.\n\n{responsible}\n{company}',
      kz: 'Сәлеметсіз бе, {client}!\n\nЖуырда бірге жұмыс істей бастадық. Бәрі қалай жүріп жатқанын және қандай көмек керегін айтып беріңізші. Бірнеше қысқа сұрақ, бір минут та кетпейді.\n\n{responsible}\n{company}',
      id: 'Halo {client},\n\nBelum lama ini kita mulai bekerja sama. Kami ingin tahu bagaimana jalannya dan bantuan apa yang masih Anda perlukan. Hanya beberapa pertanyaan singkat, kurang dari satu menit.\n\n{responsible}\n{company}',
      la: 'Hola, {client}:\n\nHace poco empezamos a trabajar juntos. Cuéntenos cómo va todo y con qué más podemos ayudarle. Son unas preguntas cortas y toman menos de un minuto.\n\n{responsible}\n{company}'
    }
  },
  expiresAfterDays: 14,
  notBeforeDays: 30
}
